import type { ClaimState, JoinedClaim } from '../control/posture/join.ts'
import type { GuideProofs } from '../control/posture/posture.ts'
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

/** `prove NAME`: every claim of a guide; the result is 1 when a claim or a proof is broken, else 0. */
export async function proveGuide(
  guide: string,
  { data, json }: { data: string; json: boolean },
  terminal: Terminal,
): Promise<number> {
  if (!json && process.stderr.isTTY) terminal.note('Reading the installation, and sending real requests …')
  const proved = await askOperator<GuideProofs>(data, 'POST', `/prove/${encodeURIComponent(guide)}`)
  if (json) terminal.line(JSON.stringify(proved))
  else for (const line of tellClaims(proved, terminal)) terminal.line(line)
  return proved.counts.broken + proved.summary.broken > 0 ? 1 : 0
}

/** What is broken comes first, whatever its section; the rest goes by sections. */
function tellClaims({ title, claims, counts, problems, summary }: GuideProofs, terminal: Terminal): string[] {
  const broken = claims.filter(({ state }) => state === 'broken')
  const rest = claims.filter(({ state }) => state !== 'broken')
  const sections = new Set(rest.map(({ section }) => section))
  return [
    ...(broken.length === 0 ? [] : [terminal.bold(terminal.red('Broken')), ...claimLines(broken, terminal), '']),
    ...[...sections].flatMap((name) => {
      const within = rest.filter(({ section }) => section === name)
      return [terminal.bold(plain(name)), ...claimLines(within, terminal), '']
    }),
    ...problems.map((problem) => `${terminal.yellow('not seen')}  ${plain(problem)}`),
    `${title}: ${countsText(counts)}, of ${claims.length} claims`,
    `The gate: ${summary.holds} hold, ${summary.broken} broken, ${summary.unknown} unknown`,
  ]
}

function claimLines(claims: readonly JoinedClaim[], terminal: Terminal): string[] {
  const paint: Record<ClaimState, (text: string) => string> = {
    broken: terminal.red,
    unknown: terminal.yellow,
    holds: terminal.green,
    attested: terminal.green,
    waived: terminal.yellow,
    'does-not-apply': terminal.dim,
  }
  return claims.flatMap(({ id, state, asks, reason, untrue }) => [
    `  ${paint[state](state.padEnd(8))}  ${id}  ${plain(asks)}`,
    ...(state === 'holds' ? [] : [`            ${plain(reason)}`]),
    ...(untrue === null ? [] : [terminal.dim(`            The guide is wrong here: ${plain(untrue)}`)]),
  ])
}

function countsText(counts: GuideProofs['counts']): string {
  const words: Record<ClaimState, string> = {
    holds: 'hold',
    attested: 'attested',
    broken: 'broken',
    unknown: 'unknown',
    waived: 'waived',
    'does-not-apply': "don't apply",
  }
  const states = Object.keys(words) as ClaimState[]
  return states
    .filter((state) => counts[state] > 0 || state === 'broken')
    .map((state) => `${counts[state]} ${words[state]}`)
    .join(', ')
}
