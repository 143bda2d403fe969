import type { Policy } from '../../config/policy.ts'
import type { Observation, Probe } from '../../kernel/guard.ts'
import { observing } from '../../kernel/observe.ts'
import type { Protocol } from '../../kernel/request.ts'
import { reasons } from './reasons.ts'

/** A larger burst is not used up for the sake of a proof. */
const MAX_BURST = 1_000
/** Requests above the limit that are tried before the limit is called missing. */
const SLACK = 200
const AT_ONCE = 16
/** Handshakes of WebSocket that are tried at most while the bucket is empty. */
const HANDSHAKES = 200
const HANDSHAKES_AT_ONCE = 4
/** When so many of them should have been refused and none was, that is no luck: the odds are one in twenty thousand. */
const EXPECTED = 10

/** How many were sent, and how many of them the limit refused. */
interface Count {
  readonly sent: number
  readonly refused: number
}

/**
 * One client asks until it is refused, and another one is let in. The client is the same at every door of a run: the
 * first door takes its tokens, and at all others it must find few left. A handshake of WebSocket takes longer than a
 * token does to come back: there requests of HTTP/1.1 keep the bucket empty, and handshakes must find it so.
 */
export async function observe(probe: Probe<Policy>): Promise<Observation[]> {
  const { policy, door } = probe
  if (!door.secure && policy.config['http-mode'] === 'redirect') return []
  const { seen } = observing(
    'rate-limit.per-client',
    'a client that asks too often is refused, at every door, and nobody else is',
  )
  const { burst } = policy.sites[0]!.limits
  if (burst > MAX_BURST) return [seen(undefined, `a burst of ${burst} is not used up for a proof`)]
  const websocket = door.protocol === 'websocket'
  const used = await useUp(probe, websocket ? 'http/1.1' : door.protocol)
  if (used.refused === 0 && used.isWithin)
    return [seen(undefined, `the limit is above what a probe can send: ${used.sent} requests`)]
  const shook = websocket && used.refused > 0 ? await shakeHands(probe) : undefined
  if (shook !== undefined && shook.refused === 0 && shook.isWithin)
    return [seen(undefined, `${shook.sent} handshakes passed, but so did nearly all requests beside them`)]
  const other = await isRefused(probe, undefined, door.protocol)
  const refused = used.refused > 0 && shook?.refused !== 0
  const handshakes = shook === undefined ? '' : `, handshakes: ${shook.refused} of ${shook.sent} refused`
  return [
    seen(
      refused && !other,
      `${used.refused > 0 ? 'refused' : 'not refused'} within ${used.sent} requests${handshakes}; another client: ${other ? 'refused' : 'let in'}`,
    ),
  ]
}

/** Asks until the limit refuses. `isWithin`: a limit that works may have let all of this pass. */
async function useUp(probe: Probe<Policy>, protocol: Protocol): Promise<Count & { readonly isWithin: boolean }> {
  const { rate, burst } = probe.policy.sites[0]!.limits
  const started = Date.now()
  const most = () => burst + 1 + ((Date.now() - started) * rate.count) / rate.perMs
  let count: Count = { sent: 0, refused: 0 }
  while (count.refused === 0 && count.sent < most() + SLACK && count.sent < 2 * (burst + SLACK))
    count = sum(count, await askAtOnce(probe, AT_ONCE, protocol))
  return { ...count, isWithin: count.sent < most() }
}

/**
 * Opens WebSockets while requests of the same client go on. Of these a share is refused, and as large a share of the
 * handshakes should be. `isWithin`: nearly all requests passed, too, so that the handshakes may have found tokens.
 */
async function shakeHands(probe: Probe<Policy>): Promise<Count & { readonly isWithin: boolean }> {
  let requests: Count = { sent: 0, refused: 0 }
  let handshakes: Count = { sent: 0, refused: 0 }
  const isTelling = () => handshakes.sent * requests.refused >= EXPECTED * Math.max(1, requests.sent)
  const over = () => handshakes.refused > 0 || isTelling() || handshakes.sent >= HANDSHAKES
  let failed = false
  const ask = async () => {
    while (!over() && !failed) requests = sum(requests, await askAtOnce(probe, AT_ONCE, 'http/1.1'))
  }
  const shake = async () => {
    while (!over() && !failed) handshakes = sum(handshakes, await askAtOnce(probe, HANDSHAKES_AT_ONCE, 'websocket'))
  }
  const ended = await Promise.allSettled(
    [ask, shake].map((run) =>
      run().catch((error: unknown) => {
        failed = true
        throw error
      }),
    ),
  )
  for (const result of ended) if (result.status === 'rejected') throw result.reason
  return { ...handshakes, isWithin: !isTelling() }
}

async function askAtOnce(probe: Probe<Policy>, sent: number, protocol: Protocol): Promise<Count> {
  const answers = await Promise.all(Array.from({ length: sent }, () => isRefused(probe, probe.client, protocol)))
  return { sent, refused: answers.filter((refused) => refused).length }
}

function sum(one: Count, other: Count): Count {
  return { sent: one.sent + other.sent, refused: one.refused + other.refused }
}

/** Whether the limit refused it. The limit comes before the access rules, so any other answer is no matter here. */
async function isRefused(probe: Probe<Policy>, from: string | undefined, over: Protocol): Promise<boolean> {
  const host = probe.policy.sites[0]!.host
  const answer = await probe.send({ host, as: null, over, ...(from === undefined ? {} : { from }) })
  return answer.reason === reasons.exceeded.id
}
