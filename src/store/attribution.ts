import type { Actor } from '../control/services.ts'

const AGENT_MAX = 256
const ADDRESS_MAX = 64

/**
 * The fields of an audit entry that say who did it. Address and user agent are personal: they are encrypted with the
 * key of `subject`, who is the actor unless the actor is not a person yet (first sign-in, setup).
 *
 * @param subject Id of a person; left out for acts of the operator, whose address is this host.
 */
export function attribution(by: Actor, subject = personOf(by)) {
  if (subject === undefined) return { actor: by.id }
  return {
    actor: by.id,
    subject,
    personal: { address: by.address.slice(0, ADDRESS_MAX), agent: by.agent.slice(0, AGENT_MAX) },
  }
}

function personOf({ id }: Actor): string | undefined {
  return id === 'operator' || id === 'stranger' || id === 'castellan' ? undefined : id
}
