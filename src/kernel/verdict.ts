/** Why a request was stopped. Declared in a guard's folder; the same id is used by page, log, console and tests. */
export interface Reason {
  /** Stable, `<guard>.<what>`, for example `access.no-rule`. */
  readonly id: string
  /** HTTP status of the answer. Below 400 the request was answered by the gate and not refused. */
  readonly status: number
  /** One sentence for the person who made the request. */
  readonly title: string
  /** One sentence for the operator: what decided and what to change. */
  readonly advice: string
}

/** A decision to stop a request here. A check that lets a request go on returns `undefined` instead. */
export interface Verdict {
  readonly reason: Reason
  /** The rule that decided and where it is written, `castellan.yaml:14:9 sites[0].access[1]`. */
  readonly rule?: string
  /** For log and `explain` only; never shown to the client. */
  readonly detail?: string
  /** Headers of the answer, flat: name, value, name, value. Lower-case names. */
  readonly headers?: readonly string[]
  /** Body of the answer in place of the page that the reason would give. */
  readonly body?: string
}

/** Declares the closed list of reasons of one guard: `{ denied: {...} }` of `network` becomes `network.denied`. */
export function declareReasons<const T extends Record<string, Omit<Reason, 'id'>>>(
  guard: string,
  table: T,
): { readonly [K in keyof T]: Reason } {
  const entries = Object.entries(table).map(([key, reason]) => [
    key,
    Object.freeze({ id: `${guard}.${key}`, ...reason }),
  ])
  return Object.freeze(Object.fromEntries(entries))
}

/** True when the client was refused, false when the gate merely answered (a redirect, a preflight). */
export function isRefusal(verdict: Verdict): boolean {
  return verdict.reason.status >= 400
}
