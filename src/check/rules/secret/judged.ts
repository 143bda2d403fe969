import { judgeSecret, type Weakness } from '../../facts/weakness.ts'
import type { Stack } from '../../stack.ts'
import { roleOf } from '../compose/services.ts'
import { writtenValues } from '../setting/written.ts'
import { type SecretValue, secretValues } from './values.ts'

export interface JudgedSecret {
  readonly secret: SecretValue
  readonly weakness: Weakness | undefined
}

const known = new WeakMap<Stack, readonly JudgedSecret[]>()

/** Every secret with what is weak about it. */
export function judgedSecrets(stack: Stack): readonly JudgedSecret[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const hints = hintsOf(stack)
  const found = secretValues(stack).map((secret) => ({ secret, weakness: judgeSecret(secret.value, hints) }))
  known.set(stack, found)
  return found
}

/** Where it is, for a finding. */
export function aboutSecret(stack: Stack, secret: SecretValue): { at: SecretValue['at']; service?: string } {
  const { at, services } = secret
  // Of several, the one that keeps data is the one whose secret it is.
  const owner = services.length === 1 ? services[0] : services.find((one) => roleOf(stack, one) === 'database')
  return owner === undefined ? { at } : { at, service: owner.name }
}

/** Names that everybody who knows the installation tries. */
function hintsOf(stack: Stack): readonly string[] {
  const users = writtenValues(stack).flatMap(({ name, value }) => (/(USER|USERNAME|_DB)$/.test(name) ? [value] : []))
  const names = (stack.compose?.services ?? []).map(({ name }) => name)
  const folder = stack.folder.slice(stack.folder.lastIndexOf('/') + 1)
  return [stack.profile.name, folder, ...names, ...users].flatMap((text) => text.split(/[^A-Za-z]+/))
}
