/** `unknown` means that it could not be looked at. It is never shown as green. */
export type ProofState = 'holds' | 'broken' | 'unknown'

/** The observed state of one control, seen from outside. */
export interface Proof {
  /** Id of the control, `<guard>.<control>`. */
  readonly control: string
  readonly state: ProofState
  readonly expected: string
  readonly observed: string
  /** When it was observed, ISO 8601 in UTC. */
  readonly at: string
  /** The ways in over which it was observed, for example `https h2 127.0.0.1:8443`. */
  readonly paths: readonly string[]
}

export interface ProofSummary {
  readonly holds: number
  readonly broken: number
  readonly unknown: number
}

/** Counts proofs by state. */
export function summarize(proofs: readonly Proof[]): ProofSummary {
  const count = (state: ProofState) => proofs.filter((proof) => proof.state === state).length
  return { holds: count('holds'), broken: count('broken'), unknown: count('unknown') }
}

/** The worst of several observations of one control: broken before unknown before holds; none at all is unknown. */
export function worst(states: readonly ProofState[]): ProofState {
  if (states.includes('broken')) return 'broken'
  return states.length === 0 || states.includes('unknown') ? 'unknown' : 'holds'
}
