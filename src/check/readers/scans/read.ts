import type { Disk } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import { type FoundFile, filesBelow } from '../files-below.ts'
import { grypeReport, npmAuditReport, trivyReport } from './formats.ts'
import { type Json, objectOf } from './json.ts'
import { sarifReports } from './sarif.ts'
import type { Scanned } from './tally.ts'
import type { ScanReport } from './types.ts'

/** Reports of a large image have some 10 MB. */
export const MAX_SCAN_BYTES = 16 * 1_048_576

/** Named like a report of a scanner: it has to be one. */
const CERTAIN = /\.sarif(?:\.json)?$|^(?:trivy|grype|npm-audit)[\w.-]*\.json$/i
/** May be one, or a report of something else. */
const POSSIBLE = /(?:audit|scan|vuln|trivy|grype|sarif|security)[\w.-]*\.json$/i
const FOLDERS = /^(?:scans?|reports?|security|audits?|artifacts)$/i

/**
 * Reports of scanners below a folder, the newest first: SARIF, Trivy, Grype and `npm audit`. Their places are whole
 * files. A report without a date gets the one of its file.
 */
export function readScans(disk: Disk, folder: string): readonly ScanReport[] {
  const reports = filesBelow(disk, folder).flatMap((file) => (isCandidate(file) ? reportsOf(disk, file) : []))
  return reports.sort((a, b) => b.made - a.made || (a.shown < b.shown ? -1 : 1))
}

function isCandidate({ name, folders }: FoundFile): boolean {
  return CERTAIN.test(name) || POSSIBLE.test(name) || (name.endsWith('.json') && FOLDERS.test(folders.at(-1) ?? ''))
}

function reportsOf(disk: Disk, { path, name }: FoundFile): readonly ScanReport[] {
  const file = disk.read(path, undefined, MAX_SCAN_BYTES)
  if (file === undefined) return []
  const json = jsonOf(file.text)
  const found = json === undefined ? undefined : scannedIn(json)
  if (found === undefined) {
    const what =
      json === undefined ? 'this is not valid JSON' : 'this is no report of SARIF 2.1.0, Trivy, Grype or npm audit'
    if (CERTAIN.test(name)) disk.problem(wholeFile(file.shown), what)
    return []
  }
  const changed = disk.modified(path) ?? 0
  return found.map(({ made, ...scanned }) => ({
    path,
    shown: file.shown,
    at: wholeFile(file.shown),
    ...scanned,
    made: made ?? changed,
    dated: made === undefined ? 'file' : 'report',
  }))
}

function jsonOf(text: string): Json | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function scannedIn(json: Json): readonly Scanned[] | undefined {
  const one = trivyReport(json) ?? grypeReport(json) ?? npmAuditReport(json)
  return one === undefined ? sarifReports(json) : [one]
}
