import type { Judged } from '../judge.ts'
import type { Repair } from './repair.ts'

/** A repair and the finding that asks for it. */
export interface Wanted<R extends Repair = Repair> {
  readonly repair: R
  readonly rule: string
  /** Title of the finding. */
  readonly why: string
}

/** The repairs of one kind, in the order of their findings. */
export function repairsOf<K extends Repair['kind']>(
  judged: readonly Judged[],
  kind: K,
): readonly Wanted<Extract<Repair, { kind: K }>>[] {
  const wanted: Wanted<Extract<Repair, { kind: K }>>[] = []
  for (const { finding, observation } of judged) {
    const repairs = observation.repair === undefined ? [] : [observation.repair].flat()
    for (const repair of repairs)
      if (repair.kind === kind)
        wanted.push({ repair: repair as Extract<Repair, { kind: K }>, rule: finding.rule, why: finding.title })
  }
  return wanted
}

/** Which rules a change is for, as the text of a comment; each rule once. */
export function reasons(wanted: readonly Pick<Wanted, 'rule' | 'why'>[]): readonly string[] {
  return [...new Set(wanted.map(({ rule, why }) => `${rule}: ${why}`))]
}
