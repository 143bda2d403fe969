import type { Policy } from '../../config/policy.ts'
import { errorText } from '../../kernel/errors.ts'
import type { Door, GuardSpec, Inspection, Observation, Probe, ProbeAnswer, ProofCase } from '../../kernel/guard.ts'
import { fromObservation, type Sighting } from './sighting.ts'

const PASSED = 'edge.probed'

/** Looks at every control of a guard through one way in. What can't be looked at is `unknown`, with the reason why. */
export async function examine(
  guard: GuardSpec<Policy>,
  cases: readonly ProofCase[],
  probe: Probe<Policy>,
): Promise<Sighting[]> {
  const sightings: Sighting[] = []
  for (const pair of cases) {
    if (takes(probe.door, pair, probe.policy)) sightings.push(await lookAt(pair, probe))
  }
  const paired = new Set(cases.map(({ control }) => control))
  const look = async () => (await guard.observe?.(probe)) ?? []
  return [...sightings, ...(await sight(guard, probe.door.label, look, (id) => !paired.has(id)))]
}

/** Looks at the files that a guard's proofs are about. */
export function inspect(guard: GuardSpec<Policy>, inspection: Inspection<Policy>): Promise<Sighting[]> {
  return sight(
    guard,
    'files',
    async () => (await guard.inspect?.(inspection)) ?? [],
    () => true,
  )
}

/** What a guard observes; when it could not, `unknown` for all of its controls that `concerned` names. */
async function sight(
  guard: GuardSpec<Policy>,
  path: string,
  look: () => Promise<readonly Observation[]>,
  concerned: (control: string) => boolean,
): Promise<Sighting[]> {
  try {
    return (await look()).map((observation) => fromObservation(observation, path))
  } catch (error) {
    const observed = `could not look: ${errorText(error)}`
    const controls = guard.controls.filter(({ id }) => concerned(id))
    return controls.map(({ id, promise }) => ({ control: id, state: 'unknown', expected: promise, observed, path }))
  }
}

/** Whether a pair is sent through a door: a plain one that only redirects has checks of its own. */
function takes(door: Door, { over }: ProofCase, { config }: Policy): boolean {
  if (over !== undefined && !over.includes(door.protocol)) return false
  return door.secure || config['http-mode'] === 'serve'
}

/** The allowed request and the forbidden one, one after the other. */
export async function lookAt(pair: ProofCase, probe: Probe<Policy>): Promise<Sighting> {
  const { control, expected, reason } = pair
  const seen = { control, expected, path: probe.door.label }
  try {
    const allowed = await probe.send(pair.allowed)
    const forbidden = await probe.send(pair.forbidden)
    const holds = allowed.reason === PASSED && forbidden.reason === reason
    const observed = `forbidden: ${words(forbidden)}; allowed: ${words(allowed)}`
    return { ...seen, state: holds ? 'holds' : 'broken', observed }
  } catch (error) {
    return { ...seen, state: 'unknown', observed: `could not look: ${errorText(error)}` }
  }
}

function words({ status, reason }: ProbeAnswer): string {
  return `${status} ${reason === PASSED ? 'passed' : reason || 'from the application'}`
}
