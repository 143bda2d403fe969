/** The security guide of one application: see `guides/*.yaml`. Read through `guide/load.ts`, which checks every key. */
export interface Guide {
  readonly name: string
  readonly title: string
  readonly claims: readonly Claim[]
}

/** One thing that a guide asks for, and what decides whether it holds. At least one of the three is there. */
export interface Claim {
  /** `loomio-52`. */
  readonly id: string
  /** In our words, one sentence. */
  readonly asks: string
  /** Chapter of the guide. */
  readonly section: string
  /** Rules of the check that must have looked and found nothing. */
  readonly rules: readonly string[]
  /**
   * By rule: a regular expression that narrows it to the findings whose file, service, title or observation match, as
   * "the database" and "the search engine" are two claims and one rule. A rule that is not in it counts with all.
   */
  readonly about: Readonly<Record<string, string>>
  /**
   * The rules once more, in sets that ask the same of different kinds of installation (Compose and Kubernetes): of each
   * set one must have had something to look at.
   */
  readonly anyOf: readonly (readonly string[])[]
  /** Controls of the running gate that must hold (`rate-limit.per-address`). */
  readonly controls: readonly string[]
  /** What a person has to confirm, as no program can see it. */
  readonly attest: string | undefined
  /** Where the guide is wrong about the application, and what to do in its place. */
  readonly untrue: string | undefined
}
