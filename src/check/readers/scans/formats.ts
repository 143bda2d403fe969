import { dateIn, type Json, listOf, objectOf, textIn } from './json.ts'
import { type Counted, type Scanned, severityOf, tally } from './tally.ts'

/** Trivy's own JSON (schema version 2): `trivy image --format json`. */
export function trivyReport(report: Json): Scanned | undefined {
  if (typeof report['SchemaVersion'] !== 'number' || !('ArtifactName' in report || 'Results' in report))
    return undefined
  const findings = listOf(report['Results']).flatMap((result) =>
    listOf(objectOf(result)['Vulnerabilities']).map((value): Counted => {
      const hole = objectOf(value)
      const fixedIn = textIn(hole['FixedVersion'])
      return {
        id: textIn(hole['VulnerabilityID']) ?? 'unnamed',
        package: textIn(hole['PkgName']),
        fixedIn,
        severity: severityOf(hole['Severity']),
        fixable: fixedIn !== undefined,
      }
    }),
  )
  return {
    format: 'trivy',
    tool: 'Trivy',
    subject: 'packages',
    target: textIn(report['ArtifactName']),
    made: dateIn(report['CreatedAt']),
    ...tally(findings),
  }
}

/** `grype -o json`. */
export function grypeReport(report: Json): Scanned | undefined {
  const descriptor = objectOf(report['descriptor'])
  if (textIn(descriptor['name']) !== 'grype' || !Array.isArray(report['matches'])) return undefined
  const findings = listOf(report['matches']).map((value): Counted => {
    const hole = objectOf(objectOf(value)['vulnerability'])
    const fix = objectOf(hole['fix'])
    return {
      id: textIn(hole['id']) ?? 'unnamed',
      package: textIn(objectOf(objectOf(value)['artifact'])['name']),
      fixedIn: textIn(listOf(fix['versions'])[0]),
      severity: severityOf(hole['severity']),
      fixable: fix['state'] === 'fixed',
    }
  })
  const { target } = objectOf(report['source'])
  return {
    format: 'grype',
    tool: 'Grype',
    subject: 'packages',
    target: textIn(target) ?? textIn(objectOf(target)['userInput']),
    made: dateIn(descriptor['timestamp']),
    ...tally(findings),
  }
}

/** `npm audit --json` of npm 7 and above (version 2), and of npm 6 (`advisories`). It holds no date. */
export function npmAuditReport(report: Json): Scanned | undefined {
  if (!('metadata' in report)) return undefined
  const common = { format: 'npm-audit', tool: 'npm audit', subject: 'packages', target: undefined } as const
  if (report['auditReportVersion'] === 2) {
    const findings = Object.entries(objectOf(report['vulnerabilities'])).map(([name, value]): Counted => {
      const { severity, fixAvailable } = objectOf(value)
      const fixedIn = textIn(objectOf(fixAvailable)['version'])
      const fixable = fixAvailable !== false && fixAvailable !== undefined
      return { id: name, package: name, fixedIn, severity: severityOf(severity), fixable }
    })
    return { ...common, made: undefined, ...tally(findings) }
  }
  if (!('advisories' in report)) return undefined
  const findings = Object.values(objectOf(report['advisories'])).map((value): Counted => {
    const advisory = objectOf(value)
    const fixedIn = textIn(advisory['patched_versions'])
    return {
      id: textIn(advisory['url'])?.split('/').at(-1) ?? String(advisory['id'] ?? 'unnamed'),
      package: textIn(advisory['module_name']),
      fixedIn,
      severity: severityOf(advisory['severity']),
      // npm writes "<0.0.0" when no version has a fix.
      fixable: fixedIn !== undefined && fixedIn !== '<0.0.0',
    }
  })
  return { ...common, made: undefined, ...tally(findings) }
}
