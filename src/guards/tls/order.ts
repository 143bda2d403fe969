import { setTimeout as sleep } from 'node:timers/promises'
import type { Authorization, Client, Order } from 'acme-client'
import { newKey } from './signer.ts'

/** Publishes the answer to an HTTP-01 challenge on every edge; the function that it gives takes it away again. */
export type Publish = (token: string, keyAuthorization: string) => (() => void) | Promise<() => void>

export interface OrderOptions {
  readonly client: Client
  /** Makes a PEM request for a certificate of this host with this key. */
  request(host: string, key: string): Promise<Buffer>
  readonly publish: Publish
  readonly signal: AbortSignal
}

/** RFC 8555 section 7.5.1 leaves the pace to the client: it grows from half a second to ten; minutes in all. */
const POLLS = Array.from({ length: 40 }, (_, i) => Math.min(500 * 1.3 ** i, 10_000))

/** RFC 8555 section 8.3: base64url. It becomes part of a path, so what a directory sends is not taken on trust. */
const TOKEN = /^[A-Za-z0-9_-]{1,256}$/

/**
 * Gets one certificate with a new key by RFC 8555, proving the host by HTTP-01. Resolves with the chain and the key, in
 * PEM. Rejects with a sentence that says what the authority answered.
 */
export async function orderCertificate(host: string, options: OrderOptions): Promise<{ cert: string; key: string }> {
  const { client } = options
  const order = await client.createOrder({ identifiers: [{ type: 'dns', value: host }] })
  for (const authorization of await client.getAuthorizations(order)) {
    if (authorization.status !== 'valid') await prove(order, authorization, options)
  }
  const { pem: key } = newKey()
  await client.finalizeOrder(order, await options.request(host, key))
  const done = await until(order, ['valid'], options)
  return { cert: await client.getCertificate(done), key }
}

async function prove(order: Order, authorization: Authorization, options: OrderOptions): Promise<void> {
  const challenge = authorization.challenges.find(({ type }) => type === 'http-01')
  if (challenge === undefined) throw new Error('the authority offers no HTTP-01 challenge')
  if (!TOKEN.test(challenge.token)) throw new Error('the authority sent a challenge token that is not base64url')
  const withdraw = await options.publish(challenge.token, await options.client.getChallengeKeyAuthorization(challenge))
  try {
    await options.client.completeChallenge(challenge)
    await until(order, ['ready', 'valid'], options)
  } finally {
    withdraw()
  }
}

/** Asks until the order has one of these states. */
async function until(order: Order, states: readonly string[], { client, signal }: OrderOptions): Promise<Order> {
  for (const wait of POLLS) {
    const seen = await client.getOrder(order)
    if (states.includes(seen.status)) return seen
    if (seen.status === 'invalid') throw new Error(await refusal(seen, client))
    await sleep(wait, undefined, { signal })
  }
  throw new Error('the authority did not decide in time')
}

/** Why an order became invalid: the error of its challenge says most. */
async function refusal(order: Order, client: Client): Promise<string> {
  const authorizations = await client.getAuthorizations(order)
  const errors = authorizations.flatMap(({ challenges }) => challenges.map((challenge) => detail(challenge)))
  return errors.find((text) => text !== undefined) ?? detail(order) ?? 'the authority refused the order'
}

function detail(item: object): string | undefined {
  const error = 'error' in item ? item.error : undefined
  if (typeof error !== 'object' || error === null || !('detail' in error)) return undefined
  return typeof error.detail === 'string' ? error.detail.slice(0, 500) : undefined
}
