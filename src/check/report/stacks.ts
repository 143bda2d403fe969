import { dirname } from 'node:path'
import { type CheckedStack, type CheckResult, isAtLeast, WORST_FIRST } from '../result.ts'
import type { Finding } from '../rules/rule.ts'

/** The findings of one installation as people read them: the worst first, and what is less grave rule by rule. */
export interface StackFindings {
  readonly stack: CheckedStack
  /** Those of the threshold or worse. */
  readonly grave: readonly Finding[]
  /** All others; those of one rule and severity together. */
  readonly others: readonly (readonly Finding[])[]
}

/** An installation's folder, for people. */
export function called({ folder }: CheckedStack): string {
  return folder === '.' ? 'This folder' : folder
}

/** Each installation with its findings, in the order in which they were checked. */
export function byStack({ findings, stacks, summary }: CheckResult): readonly StackFindings[] {
  const groups = new Map<string, Finding[]>(stacks.map(({ folder }) => [folder, []]))
  for (const finding of findings) {
    const list = groups.get(stackOf(finding.file, groups)) ?? [...groups.values()][0]
    list?.push(finding)
  }
  return stacks.map((stack) => {
    const worstFirst = groups
      .get(stack.folder)!
      .sort((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity))
    const isGrave = ({ severity }: Finding) => isAtLeast(severity, summary.minSeverity)
    return {
      stack,
      grave: worstFirst.filter(isGrave),
      others: together(worstFirst.filter((finding) => !isGrave(finding))),
    }
  })
}

function together(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule} ${finding.title}`
    const list = groups.get(key)
    if (list === undefined) groups.set(key, [finding])
    else list.push(finding)
  }
  return [...groups.values()]
}

/** `compose.yaml:12`. */
export function placeOf({ file, line }: Finding): string {
  return line > 0 ? `${file}:${line}` : file
}

/** The nearest folder above a file that is an installation. */
function stackOf(file: string, groups: ReadonlyMap<string, unknown>): string {
  for (let folder = file; ; folder = dirname(folder)) {
    if (groups.has(folder)) return folder
    if (folder === dirname(folder)) return folder
  }
}
