import { reasons as edgeReasons } from '../../src/edge/reasons.ts'
import { edgeGuards } from '../../src/guards/edge.ts'
import type { Reason } from '../../src/kernel/verdict.ts'
import { code, page, table } from './markdown.ts'

/** The page of all reasons, by guard in the order of the checks. */
export function reasonsPage(): string {
  const groups: [string, Reason[]][] = edgeGuards.map(({ id, reasons }) => [id, Object.values(reasons)])
  const own = Object.values(edgeReasons)
  const intro = `Why a request was stopped or answered by the gate. The same id is on the page that people see, in the access log, in
the audit log and in \`castellan explain\`. Below 400 the gate answered and refused nothing.`
  return page(
    'Reasons',
    intro,
    [...groups, ['edge', own] as [string, Reason[]]]
      .filter(([, reasons]) => reasons.length > 0)
      .map(([guard, reasons]) => `## ${guard}\n\n${reasonTable(reasons)}`),
  )
}

function reasonTable(reasons: readonly Reason[]): string {
  return table(
    ['reason', 'status', 'what people read', 'what operators read'],
    reasons.map(({ id, status, title, advice }) => [code(id), String(status), title, advice]),
  )
}
