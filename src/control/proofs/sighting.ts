import type { Observation } from '../../kernel/guard.ts'
import { type Proof, type ProofState, worst } from '../../kernel/proof.ts'

/** One look at one control through one way in. */
export interface Sighting {
  readonly control: string
  readonly state: ProofState
  readonly expected: string
  readonly observed: string
  /** Label of the door, or what else was looked at. */
  readonly path: string
}

/** Texts that differ are listed up to this number. */
const SHOWN = 3

export function fromObservation({ control, expected, observed, holds }: Observation, path: string): Sighting {
  const state = holds === undefined ? 'unknown' : holds ? 'holds' : 'broken'
  return { control, state, expected, observed, path }
}

/** Gathers what was seen of each control: the worst of it counts, and of what was observed the worst is told. */
export function toProofs(sightings: readonly Sighting[], at: string): Proof[] {
  const byControl = Map.groupBy(sightings, ({ control }) => control)
  return [...byControl].map(([control, seen]) => {
    const state = worst(seen.map((sighting) => sighting.state))
    const decisive = seen.filter((sighting) => sighting.state === state)
    return {
      control,
      state,
      expected: list(seen.map(({ expected }) => expected)),
      observed: list(decisive.map(({ observed }) => observed)),
      at,
      paths: [...new Set((state === 'holds' ? seen : decisive).map(({ path }) => path))],
    }
  })
}

function list(texts: readonly string[]): string {
  const all = [...new Set(texts)]
  const more = all.length - SHOWN
  return `${all.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}
