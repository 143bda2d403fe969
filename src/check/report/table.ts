/** The report for a person at a terminal. */
import type { CheckResult, GuideResult } from '../result.ts'
import { WORST_FIRST } from '../result.ts'
import type { Finding, Severity } from '../rules/rule.ts'
import type { Paint } from './paint.ts'
import { byStack, called, placeOf, type StackFindings } from './stacks.ts'
import { fixLines } from './table-fixes.ts'
import { counted, hanging } from './wrap.ts'

const INDENT = 4
const LABEL = 10

/** Line by line, the worst first. Reason and remedy are told where a rule comes first; what is less grave takes a line a rule. */
export function* tableReport(result: CheckResult, paint: Paint): Generator<string> {
  const told = new Set<string>()
  for (const group of byStack(result)) yield* stackLines(group, paint, told)
  if (result.guide !== undefined) yield* guideLines(result.guide, paint)
  for (const fix of result.fixes) yield* fixLines(fix, paint)
  yield* problemLines(result, paint)
  yield* summaryLines(result, paint)
}

function stackLines({ stack, grave, others }: StackFindings, paint: Paint, told: Set<string>): string[] {
  const head = `${paint.bold(paint.safe(called(stack)))}  ${paint.dim(`profile ${stack.profile}`)}`
  if (grave.length + others.length === 0) return [head, `  ${paint.green('nothing found')}`, '']
  const less = grave.length === 0 || others.length === 0 ? [] : [paint.dim('  Less grave:'), '']
  return [
    head,
    '',
    ...grave.flatMap((finding) => [...fullLines(finding, paint, told), '']),
    ...less,
    ...others.flatMap((findings) => shortLines(findings, paint)),
    ...(others.length === 0 ? [] : ['']),
  ]
}

function fullLines(finding: Finding, paint: Paint, told: Set<string>): string[] {
  const first = !told.has(finding.rule)
  told.add(finding.rule)
  const part = (label: string, text: string) =>
    hanging(label.padEnd(LABEL), paint.safe(text), INDENT + LABEL, paint.width).map((line) =>
      line.replace(label, paint.dim(label)),
    )
  const claims = finding.claims.length === 0 ? '' : `; against ${finding.claims.join(', ')}`
  const { service, title } = finding
  return [
    ...lead(finding, paint.bold(paint.safe(service === null ? title : `${title} (${service})`)), paint),
    ...part('where', placeOf(finding)),
    ...part('found', finding.observed),
    ...part('allowed', finding.expected),
    ...(first ? [...part('why', finding.why), ...part('fix', finding.fix)] : []),
    ...part('rule', `${finding.rule}${claims}`),
  ]
}

/** All findings of one rule: about whom when there are several, what was seen when there is one. */
function shortLines(findings: readonly Finding[], paint: Paint): string[] {
  const [first] = findings as [Finding, ...Finding[]]
  const about =
    findings.length === 1
      ? `${placeOf(first)}: ${first.observed}`
      : [...new Set(findings.map((finding) => finding.service ?? placeOf(finding)))].join(', ')
  return lead(first, paint.safe(`${first.title} (${about}) [${first.rule}]`), paint)
}

function lead({ severity }: Finding, text: string, paint: Paint): string[] {
  const word = severity.padEnd(LABEL)
  return hanging(word, text, INDENT, paint.width).map((line) => line.replace(word, severityWord(severity, paint)))
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

function summaryLines({ summary, problems }: CheckResult, paint: Paint): string[] {
  const { findings, bySeverity, minSeverity, failing, stacks } = summary
  const parts = WORST_FIRST.filter((severity) => bySeverity[severity] > 0).map(
    (severity) => `${bySeverity[severity]} ${severity}`,
  )
  const where = stacks === 1 ? '' : ` in ${counted(stacks, 'installation')}`
  if (findings === 0)
    return [problems.length > 0 ? 'Nothing found in what could be read.' : paint.green(`Nothing found${where}.`)]
  const bar = minSeverity === 'critical' ? 'critical' : `${minSeverity} or worse`
  const verdict = failing === 0 ? paint.green(`None is ${bar}.`) : paint.red(`${failing} of them ${bar}.`)
  return [`${paint.bold(`${counted(findings, 'finding')}${where}`)}: ${parts.join(', ')}.`, verdict]
}
