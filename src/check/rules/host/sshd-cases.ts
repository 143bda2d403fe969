import { sshdValue } from '../../readers/host/sshd.ts'
import type { SshdSettings } from '../../readers/host/types.ts'
import type { Place } from '../../text/place.ts'

export interface SshdCase {
  /** In lower case. */
  readonly value: string
  readonly at: Place
  /** The `Match` block that it stands in; undefined: it holds for everybody. */
  readonly criteria: string | undefined
}

/** What a keyword is for everybody and in each `Match` block that sets it. */
export function sshdCases(sshd: SshdSettings, keyword: string, fallback: string): readonly SshdCase[] {
  const inMatches = sshd.matches.flatMap(({ criteria, values }) => {
    const first = values.get(keyword)?.[0]
    return first === undefined ? [] : [{ value: first.value.toLowerCase(), at: first.at, criteria }]
  })
  return [{ ...sshdValue(sshd, keyword, fallback), criteria: undefined }, ...inMatches]
}

/** `PermitRootLogin yes`, and for whom. */
export function described(keyword: string, { value, criteria, at }: SshdCase): string {
  const whom = criteria === undefined ? '' : ` for "Match ${criteria}"`
  return `${keyword} ${value}${whom}${at.line === 0 ? ' (the default; nothing sets it)' : ''}`
}
