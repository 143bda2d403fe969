import type { Proof, ProofSummary } from '../kernel/proof.ts'
import { askOperator } from './operator-client.ts'
import { plain, type Terminal } from './terminal.ts'

interface Outcome {
  readonly proofs: readonly Proof[]
  readonly summary: ProofSummary
}

/** `prove`: looks now; the result is 0 when nothing is broken, 1 when something is. */
export async function prove({ data, json }: { data: string; json: boolean }, terminal: Terminal): Promise<number> {
  if (!json && process.stderr.isTTY) terminal.note('Sending real requests through the front door …')
  const { proofs, summary } = await askOperator<Outcome>(data, 'POST', '/prove')
  if (json) terminal.line(JSON.stringify({ proofs, summary }))
  else for (const line of tell(proofs, summary, terminal)) terminal.line(line)
  return summary.broken > 0 ? 1 : 0
}

function tell(proofs: readonly Proof[], { holds, broken, unknown }: ProofSummary, terminal: Terminal): string[] {
  const colours = { holds: terminal.green, broken: terminal.red, unknown: terminal.yellow }
  const width = Math.max(...proofs.map(({ control }) => control.length), 0)
  const lines = proofs.flatMap(({ control, state, expected, observed, paths }) => [
    `${colours[state](state.padEnd(7))}  ${control.padEnd(width)}  ${plain(state === 'holds' ? expected : observed)}`,
    ...(state === 'broken' ? [`         ${' '.repeat(width)}  expected: ${plain(expected)}`] : []),
    terminal.dim(`         ${' '.repeat(width)}  over ${paths.length === 0 ? 'no path' : plain(paths.join(', '))}`),
  ])
  return [...lines, '', `${holds} hold, ${broken} broken, ${unknown} unknown`]
}
