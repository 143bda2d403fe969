import type { Policy } from '../../config/policy.ts'
import type { Observation, Probe } from '../../kernel/guard.ts'
import { observing } from '../../kernel/observe.ts'
import { reasons } from './reasons.ts'

/** A larger burst is not used up for the sake of a proof. */
const MAX_BURST = 1_000
/** Requests above the limit that are tried before the limit is called missing. */
const SLACK = 200
const AT_ONCE = 16

/**
 * One client asks until it is refused, and another one is let in. The client is the same at every door of a run: the
 * first door takes its tokens, and at all others it must find few left. A WebSocket needs a connection each time, which
 * takes longer than a token does to come back.
 */
export async function observe(probe: Probe<Policy>): Promise<Observation[]> {
  const { policy, door } = probe
  if (door.protocol === 'websocket' || (!door.secure && policy.config['http-mode'] === 'redirect')) return []
  const { seen } = observing(
    'rate-limit.per-client',
    'a client that asks too often is refused, at every door, and nobody else is',
  )
  const { rate, burst } = policy.sites[0]!.limits
  if (burst > MAX_BURST) return [seen(undefined, `a burst of ${burst} is not used up for a proof`)]
  const started = Date.now()
  const most = () => burst + 1 + ((Date.now() - started) * rate.count) / rate.perMs
  let sent = 0
  let refused = false
  while (!refused && sent < most() + SLACK && sent < 2 * (burst + SLACK)) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(probe, probe.client)))
    refused = answers.includes(true)
    sent += AT_ONCE
  }
  const other = await ask(probe, undefined)
  if (!refused && sent < most()) return [seen(undefined, `the limit is above what a probe can send: ${sent} requests`)]
  return [
    seen(
      refused && !other,
      `${refused ? 'refused' : 'not refused'} within ${sent} requests; another client: ${other ? 'refused' : 'let in'}`,
    ),
  ]
}

/** True when the limit refused it. The limit comes before the access rules, so any other answer is no matter here. */
async function ask(probe: Probe<Policy>, from: string | undefined): Promise<boolean> {
  const host = probe.policy.sites[0]!.host
  const answer = await probe.send({ host, as: null, ...(from === undefined ? {} : { from }) })
  return answer.reason === reasons.exceeded.id
}
