import type { Policy } from '../../config/policy.ts'
import type { Observation, Probe, ProbeAnswer } from '../../kernel/guard.ts'
import { answerText, headerOf, observing } from '../../kernel/observe.ts'

/** Of the range for tests of network devices (RFC 2544): nobody's address. */
const FORGED = '198.18.0.99'
const FORGERIES = ['x-forwarded-for', 'x-real-ip', 'x-client-ip', 'cf-connecting-ip', 'true-client-ip', 'x_real_ip']

export async function observe(probe: Probe<Policy>): Promise<Observation[]> {
  const { door, policy } = probe
  if (!door.secure && policy.config['http-mode'] === 'redirect') return []
  const proxy = policy.config.network['trusted-proxies'][0]
  return proxy === undefined ? [await forged(probe)] : [await forged(probe), await trusted(probe, proxy)]
}

/** A stranger names another client in every header that an application might believe. */
async function forged(probe: Probe<Policy>): Promise<Observation> {
  const headers = [...FORGERIES.flatMap((name) => [name, FORGED]), 'forwarded', `for=${FORGED}`]
  const answer = await probe.send({ headers })
  const { seen } = observing('client-address.forged', 'the client is the one who connected, whatever its headers say')
  return compare(seen, answer, answer.client)
}

/** A trusted proxy names the client; what stands left of that was written by the client itself. */
async function trusted(probe: Probe<Policy>, proxy: string): Promise<Observation> {
  const { client } = await probe.send({})
  const answer = await probe.send({ from: proxy, headers: ['x-forwarded-for', `${FORGED}, ${client}`] })
  const { seen } = observing(
    'client-address.trusted',
    'the client is the nearest address that a trusted proxy vouches for',
  )
  return compare(seen, answer, client)
}

type Seen = ReturnType<typeof observing>['seen']

function compare(seen: Seen, answer: ProbeAnswer, right: string): Observation {
  const client = headerOf(answer, 'castellan-client')
  if (client === '') return seen(undefined, `stopped before the client was told: ${answerText(answer)}`)
  return seen(client === right, client === right ? 'the right client was seen' : `seen as ${client}, not ${right}`)
}
