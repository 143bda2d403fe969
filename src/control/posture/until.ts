import { CastellanError } from '../../kernel/errors.ts'

const DAY = 86_400_000

/**
 * When a statement lapses: `2027-01-31` is the end of that day in UTC, `2027-01-31T12:00Z` that minute. In ms since the
 * epoch. Throws `attest.until` for what is no date, is over, or is more than a year ahead: nobody knows that long.
 */
export function readUntil(text: string, now: number): number {
  const until = parse(text)
  const today = new Date(now)
  const last = Date.UTC(today.getUTCFullYear() + 1, today.getUTCMonth(), today.getUTCDate()) + DAY
  if (until !== undefined && until > now && until <= last) return until
  const [first, final] = [now, last - DAY].map((time) => new Date(time).toISOString().slice(0, 10))
  const why = until === undefined ? 'that is no date' : until <= now ? 'that is over' : 'that is more than a year ahead'
  throw new CastellanError('attest.until', `--until: found ${JSON.stringify(text.slice(0, 40))}; ${why}.`, {
    hint: `Allowed: a date from ${first} to ${final}, as ${final} or, to the minute in UTC, ${final}T12:00Z.`,
  })
}

function parse(text: string): number | undefined {
  const [, date, time = 'T00:00'] = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d)?)Z)?$/.exec(text) ?? []
  if (date === undefined) return undefined
  const at = Date.parse(`${date}${time}Z`)
  // V8 takes the 31st of February for a day in March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(date)) return undefined
  return text === date ? at + DAY : at
}
