import { randomUUID } from 'node:crypto'
import { checkServerIdentity } from 'node:tls'
import type { Policy } from '../../config/policy.ts'
import type { Door, Probe, ProbeAnswer, ProbeRequest, TlsOffer } from '../../kernel/guard.ts'
import type { Protocol, Session } from '../../kernel/request.ts'
import { type WayIn, waysIn } from '../../kernel/way-in.ts'
import type { Clients } from './clients.ts'
import { createHttp1, createWebSocket } from './http1.ts'
import { createHttp2 } from './http2.ts'
import type { TicketBook } from './tickets.ts'
import { openTls, type Trust, tlsClient, tlsPlace, type WireClient } from './wire.ts'

export interface FrontOptions {
  readonly policy: Policy
  readonly tickets: TicketBook
  readonly trust: Trust
  /** Guard that a scratch gate leaves out; null at the real front door. */
  readonly without: string | null
  /** What fills the gaps of requests. A scratch gate takes what was found at the real front door. */
  readonly bases: Bases
  readonly clients: Clients
  /** One that is the same for the whole run. */
  readonly client: string
}

/** By host; the empty name stands for the first site that lets anybody in. */
export type Bases = Map<string, Promise<Base>>

/** The front door as proofs see it, for the time of one run. */
export interface Front {
  probe(door: Door): Probe<Policy>
  close(): void
}

/** A request without gaps. */
type Whole = Required<Omit<ProbeRequest, 'serverName' | 'passes' | 'over'>> &
  Pick<ProbeRequest, 'serverName' | 'passes'>

/** What fills the gaps: a request that the rules let in. */
type Base = Pick<Whole, 'host' | 'method' | 'path' | 'as' | 'from'>

const SESSION_LIFE = 60_000

/** Opens the eyes. Connections are kept until it is closed. */
export function openFront(options: FrontOptions): Front {
  const wires: Record<Protocol, WireClient> = {
    'http/1.1': createHttp1(options.trust),
    h2: createHttp2(options.trust),
    websocket: createWebSocket(options.trust),
  }
  const { bases, clients } = options

  const send = (door: Door, request: Whole) => sendWhole(options, wires[door.protocol], door, request)
  const fill = async (door: Door, request: ProbeRequest): Promise<Whole> => {
    const wanted = request.host ?? ''
    let base = bases.get(wanted)
    if (base === undefined) {
      base = findBase(options.policy, wanted, clients, (candidate) => send(door, candidate))
      bases.set(wanted, base)
      base.catch(() => bases.delete(wanted))
    }
    const { over, from, ...rest } = { ...(await base), headers: [], ...request }
    return { ...rest, from: clientFor(clients, from) }
  }
  return {
    probe: (door) => ({
      policy: options.policy,
      door,
      client: options.client,
      send: async (request) => {
        const place = request.over === undefined ? door : { ...door, protocol: request.over }
        return send(place, await fill(place, request))
      },
      handshake: (offer) => handshake(options, door, offer),
      certificateFault: (host) => certificateFault(options.trust, door, host),
    }),
    close: () => {
      for (const wire of Object.values(wires)) wire.close()
    },
  }
}

/**
 * The first request that is let in: of the site that is asked for, or of any. The rules only say what to try, the gate's
 * answer decides. When none is let in, the first stands, and every pair that is built on it shows why.
 */
async function findBase(
  policy: Policy,
  wanted: string,
  clients: Clients,
  send: (request: Whole) => Promise<ProbeAnswer>,
): Promise<Base> {
  const sites = policy.sites.filter(({ host }) => wanted === '' || host === wanted)
  const candidates = sites.flatMap((site) =>
    waysIn(site)
      .sort(bySimplicity)
      .map(({ method, path, roles, from }): Base => {
        return { host: site.host, method, path, as: roles === null ? null : { roles }, from: from ?? '' }
      }),
  )
  for (const base of candidates.slice(0, 50)) {
    const answer = await send({ ...base, from: clientFor(clients, base.from), headers: [] })
    if (answer.reason === 'edge.probed') return base
  }
  return candidates[0] ?? { host: wanted, method: 'GET', path: '/', as: null, from: '' }
}

/** What asks least of a request comes first: one that any client may send leaves most to be proved with it. */
function bySimplicity(one: WayIn, other: WayIn): number {
  const demands = ({ method, roles, from }: WayIn) =>
    (method === 'GET' ? 0 : 4) + (from === undefined ? 0 : 2) + (roles === null ? 0 : 1)
  return demands(one) - demands(other)
}

/** `from` is a network, an address, or empty for anybody. */
function clientFor(clients: Clients, from: string): string {
  return from === '' ? clients.any() : clients.of(from)
}

async function sendWhole(
  { policy, tickets, without }: FrontOptions,
  client: WireClient,
  door: Door,
  request: Whole,
): Promise<ProbeAnswer> {
  const { host, method, path, as, from, headers, passes = false } = request
  const session = as === null ? null : syntheticSession(host, as.roles)
  const ticket = tickets.issue({ client: from, session, passes, without })
  const wire = {
    door,
    method,
    path,
    authority: authorityOf(policy, host),
    serverName: door.secure ? (request.serverName ?? host) : '',
    headOnly: passes,
  }
  const answer = await client.send({
    ...wire,
    headers: ['castellan-ticket', ticket, ...headers, ...asBrowser(policy, door, request)],
  })
  const reason = answer.headers['castellan-reason']
  if (reason === undefined && !passes)
    throw new Error(`answered ${answer.status} without a verdict: the ticket was not taken`)
  return {
    status: answer.status,
    reason: typeof reason === 'string' ? reason : '',
    headers: answer.headers,
    client: from,
  }
}

/** Where a browser would name the page that a request came from, so does a probe. */
function asBrowser({ sites, origins }: Policy, door: Door, { host, method, as, headers }: Whole): string[] {
  const index = sites.findIndex((site) => site.host === host)
  if (as === null || index < 0 || headers.includes('origin')) return []
  return method === 'GET' && door.protocol !== 'websocket' ? [] : ['origin', origins[index]!]
}

/** A person who exists for one request: in no table, with no account, and known to no application. */
function syntheticSession(site: string, roles: readonly string[]): Session {
  const id = `probe-${randomUUID()}`
  return { id, subject: id, email: 'probe@castellan.invalid', roles, site, expires: Date.now() + SESSION_LIFE }
}

function authorityOf({ sites, origins }: Policy, host: string): string {
  const index = sites.findIndex((site) => site.host === host)
  return index < 0 ? host : new URL(origins[index]!).host
}

/** A refusal may come as an alert or as a closed connection; that nobody is there is not one. */
async function handshake({ policy }: FrontOptions, door: Door, offer: TlsOffer): Promise<string | undefined> {
  const { min, max, ciphers } = offer
  const old = max === 'TLSv1.1' ? { ciphers: 'ALL:@SECLEVEL=0' } : {}
  const chosen = ciphers === undefined ? old : { ciphers }
  try {
    const socket = await openTls({
      ...tlsPlace(door, policy.sites[0]!.host),
      minVersion: min,
      maxVersion: max,
      ...chosen,
    })
    const agreed = `${socket.getProtocol()} ${socket.getCipher().name}`
    socket.destroy()
    return agreed
  } catch (error) {
    const { code = '', name } = error as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || name === 'AbortError' || name === 'TimeoutError')
      throw error
    return undefined
  }
}

async function certificateFault(trust: Trust, door: Door, host: string): Promise<string | undefined> {
  const socket = await openTls({ ...tlsClient(trust, door, host), rejectUnauthorized: false })
  try {
    const { authorized, authorizationError } = socket
    if (!authorized) return String(authorizationError)
    return checkServerIdentity(host, socket.getPeerCertificate())?.message
  } finally {
    socket.destroy()
  }
}
