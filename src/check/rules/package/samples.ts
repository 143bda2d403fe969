import type { Sample } from '../rule.ts'

/** An installation with one image. */
export const COMPOSE: Sample = { 'compose.yaml': 'services:\n  app:\n    image: loomio/loomio:3.0.20\n' }

/** A report of Trivy without findings. It has no date, so that the file's own counts. */
export const EMPTY_TRIVY = '{ "SchemaVersion": 2, "ArtifactName": "loomio/loomio:3.0.20", "Results": [] }\n'

/** A report of Trivy with one hole in a package. */
export function trivyReport(hole: Readonly<Record<string, string>>, created?: string): string {
  const report = {
    SchemaVersion: 2,
    ...(created === undefined ? {} : { CreatedAt: created }),
    ArtifactName: 'loomio/loomio:3.0.20',
    Results: [{ Target: 'debian', Vulnerabilities: [hole] }],
  }
  return `${JSON.stringify(report, null, 2)}\n`
}
