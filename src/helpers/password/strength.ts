import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

export interface Strength {
  /** 0 to 4, as zxcvbn means it: 3 is "safely unguessable" against an offline attack on a slow hash. */
  readonly score: number
  /** What makes it weak, or an empty text. */
  readonly warning: string
  /** What would help, or an empty text. */
  readonly advice: string
}

/** zxcvbn takes time that grows with the square of the length; what follows adds no weakness. */
const SCORED_LENGTH = 128

let factory: Promise<ZxcvbnFactory> | undefined

/** Estimates how hard a password is to guess for somebody who knows `context`, such as the e-mail address. */
export async function scorePassword(password: string, context: readonly string[]): Promise<Strength> {
  // The dictionaries are loaded when the first password is set, as most lives of this process only verify.
  factory ??= loadFactory()
  const result = (await factory).check(password.slice(0, SCORED_LENGTH), [...context])
  return {
    score: result.score,
    warning: result.feedback.warning ?? '',
    advice: result.feedback.suggestions.join(' '),
  }
}

async function loadFactory(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
  })
}
