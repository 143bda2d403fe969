/** Where the log stands in time; all in milliseconds. */
export interface TimeState {
  /** Time of the last entry. */
  readonly last: number
  /** The clock when it was last read, beside a clock that nobody can set; absent after a start. */
  readonly seen?: { readonly wall: number; readonly monotonic: number | undefined }
  /** The clock is behind the log, and an entry says so already. */
  readonly behind: boolean
}

/** A clock that was set: it should have shown `expected` and showed `shown`. */
export interface ClockMove {
  readonly expected: number
  readonly shown: number
}

/** Smaller steps are what NTP does. */
export const clockTolerance = 2_000

/**
 * The time for the next entries, never before the last one, and whether the clock was moved. Backwards is seen against
 * the last entry, also over a restart; backwards and forwards against the monotonic clock while the process lives.
 * A machine that slept looks as if it had been moved forwards.
 */
export function readTime(
  state: TimeState,
  wall: number,
  monotonic: number | undefined,
): { state: TimeState; move: ClockMove | undefined } {
  const behind = wall < state.last - clockTolerance
  const move = clockMove(state, wall, monotonic, behind)
  return { state: { last: Math.max(state.last, wall), seen: { wall, monotonic }, behind }, move }
}

function clockMove(
  state: TimeState,
  wall: number,
  monotonic: number | undefined,
  behind: boolean,
): ClockMove | undefined {
  const { seen } = state
  if (seen?.monotonic !== undefined && monotonic !== undefined) {
    const expected = Math.round(seen.wall + monotonic - seen.monotonic)
    if (Math.abs(wall - expected) > clockTolerance) return { expected, shown: wall }
  }
  return behind && !state.behind ? { expected: state.last, shown: wall } : undefined
}
