import type { Observation, ProbeAnswer } from './guard.ts'

/** An observation of one control, for several outcomes. */
export interface Outcomes {
  /** `undefined` for what could not be looked at. */
  seen(holds: boolean | undefined, observed: string): Observation
}

export function observing(control: string, expected: string): Outcomes {
  return { seen: (holds, observed) => ({ control, expected, observed, holds }) }
}

/** One header of an answer as text; empty when it is not there. */
export function headerOf({ headers }: ProbeAnswer, name: string): string {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}

/** `403 access.no-rule`, `200 from the application`. */
export function answerText({ status, reason }: ProbeAnswer): string {
  return `${status} ${reason || 'from the application'}`
}
