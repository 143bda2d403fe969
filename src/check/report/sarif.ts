/** SARIF 2.1.0 (OASIS), as code hosts and editors read it. */
import { createHash } from 'node:crypto'
import type { CheckResult } from '../result.ts'
import type { Finding, Rule, Severity } from '../rules/rule.ts'
import type { Place } from '../text/place.ts'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

/** As in CVSS, by which code hosts sort. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
}

/** Line by line, one finding a line. Only rules that found something are described. `version` is Castellan's. */
export function* sarifReport(result: CheckResult, rules: readonly Rule[], version: string): Generator<string> {
  const ids = new Set(result.findings.map(({ rule }) => rule))
  const used = rules.filter(({ id }) => ids.has(id))
  const indexes = new Map(used.map(({ id }, index) => [id, index]))
  const head = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0' }
  const run = {
    tool: { driver: { name: 'Castellan', semanticVersion: version, rules: used.map(descriptor) } },
    columnKind: 'utf16CodeUnits',
    invocations: [invocation(result)],
  }
  yield `${JSON.stringify(head).slice(0, -1)},"runs":[${JSON.stringify(run).slice(0, -1)},"results":[`
  const last = result.findings.length - 1
  for (const [index, finding] of result.findings.entries())
    yield JSON.stringify(resultOf(finding, indexes)) + (index < last ? ',' : '')
  yield ']}]}'
}

function descriptor({ id, title, looksFor, why, fix, severity }: Rule) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${looksFor} ${why}` },
    help: { text: fix },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { 'security-severity': SCORES[severity], tags: ['security', id.split('.')[0]] },
  }
}

function invocation({ problems, notes }: CheckResult) {
  return {
    executionSuccessful: problems.length === 0,
    toolExecutionNotifications: [
      ...problems.map(({ at, message }) => ({ level: 'error', message: { text: message }, locations: [location(at)] })),
      ...notes.map((text) => ({ level: 'note', message: { text } })),
    ],
  }
}

function resultOf(finding: Finding, indexes: ReadonlyMap<string, number>) {
  const { rule, severity, title, service, observed, expected, claims } = finding
  const about = service === null ? '' : `${service}: `
  return {
    ruleId: rule,
    ruleIndex: indexes.get(rule),
    level: LEVELS[severity],
    message: { text: `${title}. ${about}${observed.replace(/\.$/, '')}. Allowed: ${expected}.` },
    locations: [location(finding)],
    partialFingerprints: { 'castellan/v1': fingerprint(finding) },
    properties: { severity, service, claims },
  }
}

/** The same in the next run, also when lines were put in above. */
function fingerprint({ rule, file, service, observed }: Finding): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, file, service, observed]))
    .digest('hex')
    .slice(0, 32)
}

function location({ file, line, column }: Place) {
  const region = line > 0 ? { region: { startLine: line, ...(column > 0 ? { startColumn: column } : {}) } } : {}
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }
}

/** RFC 3986. What is no file, such as a firewall of the running machine, gets a path that says so. */
function uriOf(file: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/')
  return file.startsWith('/') ? `file://${path}` : path
}
