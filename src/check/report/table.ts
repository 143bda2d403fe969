/** The report for a person at a terminal. */
import type { CheckResult, GuideResult } from '../result.ts'
import { isAtLeast, WORST_FIRST } from '../result.ts'
import type { Finding, Severity } from '../rules/rule.ts'
import type { Paint } from './paint.ts'
import { byStack, type StackFindings } from './stacks.ts'
import { fixLines } from './table-fixes.ts'
import { counted, hanging } from './wrap.ts'

const INDENT = 4
const LABEL = 10

/** Line by line. Findings below the threshold take one each; reason and remedy are told where a rule comes first. */
export function* tableReport(result: CheckResult, paint: Paint): Generator<string> {
  const told = new Set<string>()
  for (const group of byStack(result)) yield* stackLines(group, result, paint, told)
  if (result.guide !== undefined) yield* guideLines(result.guide, paint)
  for (const fix of result.fixes) yield* fixLines(fix, paint)
  yield* problemLines(result, paint)
  yield* summaryLines(result, paint)
}

function stackLines({ stack, files }: StackFindings, result: CheckResult, paint: Paint, told: Set<string>): string[] {
  const head = `${paint.bold(paint.safe(stack.folder))}  ${paint.dim(`profile ${stack.profile}`)}`
  if (files.length === 0) return [head, `  ${paint.green('nothing found')}`, '']
  return [
    head,
    ...files.flatMap(({ file, findings }) => [
      `  ${paint.safe(file)}`,
      ...findings.flatMap((finding) =>
        isAtLeast(finding.severity, result.summary.minSeverity)
          ? fullLines(finding, paint, told)
          : shortLines(finding, paint),
      ),
    ]),
    '',
  ]
}

function fullLines(finding: Finding, paint: Paint, told: Set<string>): string[] {
  const first = !told.has(finding.rule)
  told.add(finding.rule)
  const part = (label: string, text: string) =>
    hanging(label.padEnd(LABEL), paint.safe(text), INDENT + 7, paint.width).map((line) =>
      line.replace(label, paint.dim(label)),
    )
  const claims = finding.claims.length === 0 ? '' : `; against ${finding.claims.join(', ')}`
  return [
    `${place(finding)}${severityWord(finding.severity, paint)}${paint.bold(paint.safe(headline(finding)))}`,
    ...part('found', finding.observed),
    ...part('allowed', finding.expected),
    ...(first ? [...part('why', finding.why), ...part('fix', finding.fix)] : []),
    ...part('rule', `${finding.rule}${claims}`),
  ]
}

function shortLines(finding: Finding, paint: Paint): string[] {
  const text = `${headline(finding)}: ${finding.observed} [${finding.rule}]`
  const lead = `${place(finding)}${finding.severity.padEnd(LABEL)}`
  return hanging(lead, paint.safe(text), 0, paint.width).map((line) =>
    line.replace(lead, `${place(finding)}${severityWord(finding.severity, paint)}`),
  )
}

function headline({ title, service }: Finding): string {
  return service === null ? title : `${title} (${service})`
}

function place({ line }: Finding): string {
  return `${' '.repeat(INDENT)}${(line > 0 ? String(line) : '').padStart(5)}  `
}

function severityWord(severity: Severity, paint: Paint): string {
  const word = severity.padEnd(LABEL)
  if (severity === 'critical' || severity === 'high') return paint.red(word)
  return severity === 'medium' ? paint.yellow(word) : paint.dim(word)
}

function guideLines({ title, claims, counts }: GuideResult, paint: Paint): string[] {
  const colours = { met: paint.green, unmet: paint.red, undecided: paint.yellow }
  return [
    paint.bold(`${paint.safe(title)}: ${countsText(counts, claims.length)}`),
    ...claims.flatMap(({ id, status, asks, reason, untrue }) => [
      `  ${colours[status](status.padEnd(11))}${paint.bold(id)}`,
      ...hanging('', paint.safe(asks), INDENT, paint.width),
      ...hanging('', paint.safe(reason), INDENT, paint.width).map(paint.dim),
      ...(untrue === null ? [] : hanging('The guide is wrong here: ', paint.safe(untrue), INDENT, paint.width)),
    ]),
    '',
  ]
}

export function countsText({ met, unmet, undecided }: GuideResult['counts'], all: number): string {
  return `${counted(all, 'claim')}: ${met} met, ${unmet} unmet, ${undecided} undecided from files`
}

function problemLines({ problems, notes }: CheckResult, paint: Paint): string[] {
  const unread = problems.flatMap(({ at, message }) => {
    const where = at.line > 0 ? `${at.file}:${at.line}:${at.column}` : at.file
    return hanging('  ', paint.safe(`${where}: ${message}`), 0, paint.width)
  })
  const head = paint.yellow(`${counted(problems.length, 'problem')}: not everything could be read`)
  return [
    ...(unread.length === 0 ? [] : [head, ...unread, '']),
    ...notes.flatMap((note) => hanging('note: ', paint.safe(note), 0, paint.width).map(paint.dim)),
  ]
}

function summaryLines({ summary }: CheckResult, paint: Paint): string[] {
  const { findings, bySeverity, minSeverity, failing, stacks } = summary
  const parts = WORST_FIRST.filter((severity) => bySeverity[severity] > 0).map(
    (severity) => `${bySeverity[severity]} ${severity}`,
  )
  const where = stacks === 1 ? '' : ` in ${counted(stacks, 'installation')}`
  if (findings === 0) return [paint.green(`Nothing found${where}.`)]
  const bar = minSeverity === 'critical' ? 'critical' : `${minSeverity} or worse`
  const verdict = failing === 0 ? paint.green(`None is ${bar}.`) : paint.red(`${failing} of them ${bar}.`)
  return [`${paint.bold(`${counted(findings, 'finding')}${where}`)}: ${parts.join(', ')}. ${verdict}`]
}
