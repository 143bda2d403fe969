import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createAccounts } from '../../guards/accounts/control.ts'
import { createThrottle } from '../../guards/accounts/throttle.ts'
import { createSessions } from '../../guards/sessions/control.ts'
import { createHasher } from '../../helpers/password/hasher.ts'
import { COOKIE_PREFIX } from '../../kernel/cookies.ts'
import { openStore } from '../../store/database.ts'
import { createOutbox } from '../../store/outbox.ts'
import type { Actor } from '../services.ts'
import { createPortal } from './app.ts'

export const PORTAL = 'https://auth.example.org'
export const PASSWORD = 'quarry lantern Wednesday osprey'
export const STATE = 's'.repeat(43)
export const OPERATOR: Actor = { id: 'operator', address: '', agent: '' }
export const SITES = [
  { host: 'app.example.org', origin: 'https://app.example.org' },
  { host: 'files.example.org', origin: 'https://files.example.org:8443' },
]

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Value of the portal cookie that was set; empty when it was removed; undefined when it was left alone. */
  readonly cookie: string | undefined
}

export type Headers = Record<string, string | string[]>

/** Test only: the portal over a real Unix socket with the real accounts and sessions in a temporary folder. */
export async function openScene({ queue = 64 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-portal-'))
  const store = await openStore(join(folder, 'store.db'))
  const entries: { event: string; actor: string }[] = []
  const logged: unknown[] = []
  const audit = { full: false }
  const outbox = createOutbox(store, {
    async append(more) {
      if (audit.full) throw new Error('no space left on device')
      entries.push(...more)
    },
  })
  const failed = (error: unknown) => void logged.push(error)
  const settings = { idle: 3_600_000, absolute: 86_400_000 }
  const sessions = createSessions({
    store,
    outbox,
    clock: Date.now,
    settings: () => settings,
    publish: () => undefined,
    failed,
  })
  const hasher = createHasher({ queue })
  const throttle = createThrottle(store.throttle)
  const accounts = createAccounts({
    store,
    outbox,
    clock: Date.now,
    settings: () => ({ 'password-length': 12, 'password-score': 3 }),
    hasher,
    throttle,
    sessions,
    failed,
  })
  const portal = createPortal({
    accounts,
    sessions,
    policy: () => ({ portal: PORTAL, sites: SITES }),
    clock: Date.now,
    log: (error) => void logged.push(error),
  })
  const server = createServer(getRequestListener(portal.fetch))
  const socket = join(folder, 'portal.sock')
  await new Promise<void>((resolve) => server.listen(socket, resolve))

  return {
    accounts,
    sessions,
    store,
    /** Every audit entry so far. */
    entries,
    /** Whatever reached the log; tests that expect nothing there look at it. */
    logged,
    /** `full: true` makes every change fail as a full disk would. */
    audit,
    socket,
    get: (path: string, headers: Headers = {}) => send(socket, 'GET', path, headers),
    send: (method: string, path: string, headers: Headers = {}, body?: string) =>
      send(socket, method, path, headers, body),
    /** Sends a form as a page of the portal does. */
    post: (path: string, fields: Record<string, string>, headers: Headers = {}) =>
      send(socket, 'POST', path, { ...FORM, ...headers }, new URLSearchParams(fields).toString()),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await accounts.close()
      await sessions.close()
      throttle.close()
      await hasher.close()
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

export type Scene = Awaited<ReturnType<typeof openScene>>

export const FORM: Headers = { origin: PORTAL, 'content-type': 'application/x-www-form-urlencoded' }

/** The `Cookie` header of a browser that holds this portal token. */
export function holding(token: string | undefined): Headers {
  return { cookie: `theme=dark; ${COOKIE_PREFIX}-portal=${token}; other=1` }
}

/** What the edge says of a client. */
const EDGE: Headers = {
  host: new URL(PORTAL).host,
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-host': new URL(PORTAL).host,
  'x-forwarded-proto': 'https',
  'x-request-id': 'req-0123456789',
}

function send(socketPath: string, method: string, path: string, headers: Headers, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const merged = Object.entries({ ...EDGE, ...headers }).filter(([, value]) => value !== '')
    const request = httpRequest(
      { socketPath, method, path, agent: false, headers: Object.fromEntries(merged) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const cookie = response.headers['set-cookie']?.join('\n').match(/^__Host-Http-castellan-portal=([^;]*)/)?.[1]
          const { statusCode = 0, headers: received } = response
          resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks).toString(), cookie })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
