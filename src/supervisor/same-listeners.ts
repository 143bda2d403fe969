import type { Policy } from '../config/policy.ts'
import { CastellanError } from '../kernel/errors.ts'

/** Throws `reload.restart` when a reload would change what is bound once, at the start. */
export function demandSameListeners(old: Policy, next: Policy): void {
  const fixed = ({ config }: Policy) =>
    JSON.stringify([config.listen, config.http, config.edges, config.portal, config.log])
  if (fixed(old) !== fixed(next)) {
    throw new CastellanError(
      'reload.restart',
      '`portal`, `listen`, `http`, `edges` and `log` only change with a restart.',
    )
  }
}
