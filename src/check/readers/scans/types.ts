import type { Place } from '../../text/place.ts'

export type ScanSeverity = 'critical' | 'high' | 'medium' | 'low' | 'unknown'

/** What a scanner wrote down. */
export interface ScanReport {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  /** The whole file. */
  readonly at: Place
  readonly format: 'sarif' | 'trivy' | 'grype' | 'npm-audit'
  /** Name of the scanner, as it says itself: `Trivy`, `grype`, `npm audit`. */
  readonly tool: string
  /** packages: it looks for known holes in packages and images; code: it looks at programs and settings. */
  readonly subject: 'packages' | 'code'
  /** What was scanned, where the report says it: an image, a folder. */
  readonly target: string | undefined
  /** Milliseconds of the epoch. */
  readonly made: number
  /** Where `made` comes from: the report itself, or only the time at which the file was last changed. */
  readonly dated: 'report' | 'file'
  /** Open findings, those that are suppressed left out. */
  readonly counts: Readonly<Record<ScanSeverity, number>>
  /** Open findings for which there is a newer version. */
  readonly fixable: readonly ScanFinding[]
}

export interface ScanFinding {
  /** `CVE-2024-1234`, `GHSA-…`; for npm audit the name of the package. */
  readonly id: string
  readonly package: string | undefined
  /** The version that has the fix, where the report says it. */
  readonly fixedIn: string | undefined
  readonly severity: ScanSeverity
}
