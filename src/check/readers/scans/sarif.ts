import { dateIn, type Json, listOf, objectOf, textIn } from './json.ts'
import { type Counted, type Scanned, severityOf, severityOfScore, tally } from './tally.ts'
import type { ScanSeverity } from './types.ts'

/** Scanners of packages and images, whatever they found. */
const PACKAGE_SCANNERS = /trivy|grype|anchore|snyk|osv|scout|clair|dependency.?check|retire|twistlock|prisma|xray|aqua/i
const HOLE = /^(?:CVE|GHSA|SNYK|RHSA|DSA|USN|ELSA|ALAS|OSV|PYSEC|RUSTSEC|GO)-/i

/** SARIF 2.1.0 (OASIS): each run of it is a report of its own. What this program writes itself is not one. */
export function sarifReports(report: Json): readonly Scanned[] | undefined {
  if (!Array.isArray(report['runs']) || typeof report['version'] !== 'string') return undefined
  return report['runs'].flatMap((value) => {
    const run = objectOf(value)
    const driver = objectOf(objectOf(run['tool'])['driver'])
    const tool = textIn(driver['name']) ?? 'a scanner without a name'
    if (/^castellan$/i.test(tool)) return []
    const findings = findingsOf(run, driver)
    const isPackages = PACKAGE_SCANNERS.test(tool) || findings.some(({ id }) => HOLE.test(id))
    return [
      {
        format: 'sarif' as const,
        tool,
        subject: isPackages ? ('packages' as const) : ('code' as const),
        target: targetOf(run),
        made: madeOf(run),
        ...tally(findings),
      },
    ]
  })
}

/** The last invocation's end; else its start. */
function madeOf(run: Json): number | undefined {
  const invocation = objectOf(listOf(run['invocations']).at(-1))
  return dateIn(invocation['endTimeUtc']) ?? dateIn(invocation['startTimeUtc'])
}

/** Trivy says what it scanned in the run's properties. */
function targetOf(run: Json): string | undefined {
  return textIn(objectOf(run['properties'])['imageName']) ?? textIn(objectOf(run['automationDetails'])['id'])
}

function findingsOf(run: Json, driver: Json): readonly Counted[] {
  const rules = listOf(driver['rules']).map(objectOf)
  const byId = new Map(rules.flatMap((rule) => (textIn(rule['id']) === undefined ? [] : [[rule['id'], rule] as const])))
  return listOf(run['results'])
    .map(objectOf)
    .filter((result) => listOf(result['suppressions']).length === 0 && isOpen(result))
    .map((result): Counted => {
      const index = result['ruleIndex']
      const rule = byId.get(result['ruleId']) ?? (typeof index === 'number' ? rules[index] : undefined) ?? {}
      const message = String(objectOf(result['message'])['text'] ?? '').slice(0, 2_000)
      const fixedIn = /fix(?:ed)?[ _-]?(?:version|in)s?:[ \t]*([^\s,;]+)/i.exec(message)?.[1]
      return {
        id: textIn(result['ruleId']) ?? textIn(rule['id']) ?? 'unnamed',
        package: /package:[ \t]*(\S+)/i.exec(message)?.[1],
        fixedIn,
        severity: severityIn(result, rule),
        fixable: fixedIn !== undefined || listOf(result['fixes']).length > 0,
      }
    })
}

/** `kind: pass` and the like are no findings, nor is what an earlier run had and this one has not. */
function isOpen({ kind, baselineState }: Json): boolean {
  return (kind === undefined || kind === 'fail') && baselineState !== 'absent'
}

/** GitHub's `security-severity` is a score of CVSS; without it the level of SARIF. */
function severityIn(result: Json, rule: Json): ScanSeverity {
  for (const properties of [objectOf(result['properties']), objectOf(rule['properties'])]) {
    const score = severityOfScore(Number(properties['security-severity']))
    if (score !== 'unknown') return score
    const word = severityOf(properties['severity'])
    if (word !== 'unknown') return word
  }
  const level = result['level'] ?? objectOf(rule['defaultConfiguration'])['level'] ?? 'warning'
  return level === 'error' ? 'high' : level === 'warning' ? 'medium' : 'low'
}
