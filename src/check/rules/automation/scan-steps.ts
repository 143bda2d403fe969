import type { Step } from '../../readers/automation/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { runningCommands, stepsOf } from './running.ts'

export type ScanKind = 'image' | 'dependency'

/** Something that looks for known holes by itself. */
export interface Scan {
  readonly kind: ScanKind
  readonly at: Place
  /** Undefined when the machine itself runs it, by cron or a timer. */
  readonly step: Step | undefined
}

const COMMANDS: readonly (readonly [ScanKind, RegExp])[] = [
  [
    'image',
    /\btrivy\s+(?:[\w=-]+\s+)*?(?:image|i|rootfs|vm)\s|\bsnyk\s+container\b|\bdocker\s+scout\s+\w|\btwistcli\b/,
  ],
  ['image', /\bgrype\s+(?!dir:|\.|file:)\S|\banchorectl\b|\baquasec\/trivy\S*\s+image\b|\bkubescape\s+scan\s+image\b/],
  ['dependency', /\b(?:npm|pnpm|composer|cargo|bundle|bundler)[\s-]+audit\b|\byarn\s+(?:npm\s+)?audit\b/],
  ['dependency', /\b(?:osv-scanner|pip-audit|govulncheck|audit-ci|bundler-audit|dependency-check)\b/],
  [
    'dependency',
    /\btrivy\s+(?:fs|filesystem|repo|repository)\b|\bsnyk\s+(?:test|monitor)\b|\bsafety\s+(?:check|scan)\b/,
  ],
  ['dependency', /\bgrype\s+(?:dir:|\.|file:)|\bcargo\s+deny\b/],
]

const ACTIONS: readonly (readonly [ScanKind, RegExp])[] = [
  ['image', /docker\/scout-action|snyk\/actions\/docker|container-scan|Container-Scanning|container-scanning/i],
  ['dependency', /osv-scanner|dependency-review-action|snyk\/actions\/(?!docker|iac|setup)|Dependency-Scanning/i],
  ['dependency', /gh-action-pip-audit|audit-check|govulncheck-action|dependency-check/i],
]

/** Steps of CI, and what cron and timers start, that scan images or packages. */
export function scansOf(stack: Stack): readonly Scan[] {
  const byAction = stepsOf(stack).flatMap((step) => kindsOfAction(step).map((kind) => ({ kind, at: step.at, step })))
  const byCommand = runningCommands(stack).flatMap(({ text, at, step }) =>
    COMMANDS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => ({ kind, at, step })),
  )
  return [...byAction, ...byCommand]
}

function kindsOfAction({ uses, inputs }: Step): readonly ScanKind[] {
  if (/trivy-action/i.test(uses)) {
    const type = inputs.get('scan-type') ?? 'image'
    return /^(?:image|rootfs)$/.test(type) ? ['image'] : /^(?:fs|repo|filesystem)$/.test(type) ? ['dependency'] : []
  }
  if (/anchore\/scan-action/i.test(uses)) return inputs.has('image') ? ['image'] : ['dependency']
  return ACTIONS.filter(([, pattern]) => pattern.test(uses)).map(([kind]) => kind)
}
