import type { Policy } from '../../config/policy.ts'
import { errorText } from '../../kernel/errors.ts'
import type { Door, GuardSpec, Probe, ProofCase } from '../../kernel/guard.ts'
import type { Proof, ProofState } from '../../kernel/proof.ts'
import { lookAt } from './examine.ts'

const PATH = 'scratch gate'

/** What came out with a guard off, by control: what its pairs and its observations showed. */
type Outcomes = Map<string, ProofState[]>

/**
 * Counter-proofs of one policy: the same probes at a gate where the guard is off must come out broken. What was shown
 * once stays shown for as long as the policy is the same.
 */
export class CounterProofs {
  private version = ''
  private readonly shown = new Set<string>()
  private readonly complaints = new Map<string, string>()

  /** The guards of which a control that holds was not yet shown to be able to fail. */
  wanting(policy: Policy, guards: readonly GuardSpec<Policy>[], proofs: readonly Proof[]): GuardSpec<Policy>[] {
    if (policy.version !== this.version) this.shown.clear()
    this.version = policy.version
    this.complaints.clear()
    const open = new Set(
      proofs
        .filter(({ state, control }) => state === 'holds' && !this.shown.has(control))
        .map(({ control }) => control),
    )
    return guards.filter(({ controls }) =>
      controls.some(({ id, uncountered }) => uncountered === undefined && open.has(id)),
    )
  }

  /** Looks at one guard that is off. `probe` sees the scratch gate. */
  async run(
    guard: GuardSpec<Policy>,
    cases: readonly ProofCase[],
    doors: readonly Door[],
    probe: (door: Door) => Probe<Policy>,
  ): Promise<void> {
    const pairs: Outcomes = new Map()
    for (const pair of cases) {
      const protocol = pair.over?.[0] ?? 'http/1.1'
      const door = doors.find((found) => found.secure && found.protocol === protocol)
      if (door !== undefined) add(pairs, pair.control, (await lookAt(pair, probe(door))).state)
    }
    const observations: Outcomes = new Map()
    for (const door of doors.filter(({ protocol }) => protocol === 'http/1.1')) {
      try {
        for (const { control, holds } of (await guard.observe?.(probe(door))) ?? []) {
          add(observations, control, holds === undefined ? 'unknown' : holds ? 'holds' : 'broken')
        }
      } catch (error) {
        this.complain(guard, `could not look (${errorText(error)})`)
      }
    }
    for (const { id } of guard.controls) this.conclude(id, pairs.get(id), observations.get(id))
  }

  /** Says of all controls of these guards that there was no gate to look at. */
  unavailable(guards: readonly GuardSpec<Policy>[]): void {
    for (const guard of guards) this.complain(guard, 'was not made: no scratch gate could be had')
  }

  /** A proof that could not have failed proves nothing. */
  temper(proof: Proof, guards: readonly GuardSpec<Policy>[]): Proof {
    const control = guards.flatMap(({ controls }) => controls).find(({ id }) => id === proof.control)
    if (proof.state !== 'holds' || control?.uncountered !== undefined || this.shown.has(proof.control)) return proof
    const why =
      this.complaints.get(proof.control) ?? 'came out the same: the probe would not notice that the guard is off'
    return {
      ...proof,
      state: 'unknown',
      observed: `${proof.observed}; but the counter-proof ${why}`,
      paths: [...proof.paths, PATH],
    }
  }

  /** Every pair must have failed, and an observation at one door at least. */
  private conclude(control: string, pairs: readonly ProofState[] = [], observations: readonly ProofState[] = []): void {
    const pairsFail = pairs.every((state) => state === 'broken')
    const observationsFail = observations.length === 0 || observations.includes('broken')
    if (pairs.length + observations.length > 0 && pairsFail && observationsFail) this.shown.add(control)
    else if ([...pairs, ...observations].includes('unknown'))
      this.complaints.set(control, 'could not look at the scratch gate')
  }

  private complain({ controls }: GuardSpec<Policy>, why: string): void {
    for (const { id } of controls) this.complaints.set(id, why)
  }
}

function add(outcomes: Outcomes, control: string, state: ProofState): void {
  outcomes.set(control, [...(outcomes.get(control) ?? []), state])
}
