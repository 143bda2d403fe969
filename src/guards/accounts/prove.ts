import { randomBytes } from 'node:crypto'
import type { Policy } from '../../config/policy.ts'
import type { Observation, Probe } from '../../kernel/guard.ts'
import { answerText, observing } from '../../kernel/observe.ts'

/** Asks the portal for the setup page with a secret that nobody gave out, and for the sign-in page beside it. */
export async function observe(probe: Probe<Policy>): Promise<Observation[]> {
  const { door, policy } = probe
  if (door.protocol === 'websocket' || (!door.secure && policy.config['http-mode'] === 'redirect')) return []
  const ask = (path: string) =>
    probe.send({ host: policy.sites.at(-1)!.host, method: 'GET', path, as: null, passes: true })
  const setup = await ask(`/setup?secret=${randomBytes(32).toString('base64url')}`)
  const signIn = await ask('/sign-in')
  const { seen } = observing('accounts.closed-registration', 'nobody makes an account without a link of the operator')
  const told = `setup with a made-up secret: ${answerText(setup)}; sign-in: ${answerText(signIn)}`
  if (setup.reason !== '' || signIn.reason !== '' || signIn.status >= 400) return [seen(undefined, told)]
  return [seen(setup.status === 410, told)]
}
