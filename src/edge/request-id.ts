import { randomBytes } from 'node:crypto'

/**
 * Ids that sort by time and say when they were made: milliseconds, four random letters of this process, and a count,
 * such as `mi4k2x7q-f3ka-1z`. `explain` finds the log file by the time.
 */
export function createRequestIds(): (time: number) => string {
  const process = BigInt(`0x${randomBytes(4).toString('hex')}`)
    .toString(36)
    .padStart(7, '0')
    .slice(-4)
  let count = 0
  let last = 0
  let prefix = ''
  return (time) => {
    if (time !== last) {
      last = time
      prefix = `${time.toString(36)}-${process}-`
    }
    count = (count + 1) % 0x4000_0000
    return prefix + count.toString(36)
  }
}

const FORM = /^([0-9a-z]{8,9})-[0-9a-z]{4}-[0-9a-z]{1,6}$/

/** When the request with this id arrived, in ms since the epoch; undefined when it is not an id. */
export function requestTime(id: string): number | undefined {
  const match = FORM.exec(id)
  return match === null ? undefined : Number.parseInt(match[1]!, 36)
}
