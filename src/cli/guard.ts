import { stringify } from 'yaml'
import { type ListenAddress, listenText, parseListen } from '../config/listen.ts'
import type { Policy } from '../config/policy.ts'
import { CastellanError } from '../kernel/errors.ts'
import { httpUrl } from '../kernel/units.ts'
import { parsePolicy } from './load-policy.ts'

export interface GuardOptions {
  readonly listen?: string
  readonly http?: string
  readonly host: string
  readonly portal?: string
  readonly access: 'signed-in' | 'public'
}

const PORT = 8443

/** The policy of `castellan guard`: one application, everybody signed in, certificates of its own authority. */
export function guardPolicy(upstream: string, options: GuardOptions): Policy {
  const target = httpUrl.safeParse(upstream)
  if (!target.success) {
    throw new CastellanError('guard.upstream', `UPSTREAM: ${target.error.issues[0]?.message ?? 'not an address'}`)
  }
  const listen = options.listen === undefined ? loopback() : [readListen('--listen', options.listen)]
  const port = listen[0]!.port
  const config = {
    portal: `https://${options.portal ?? portalFor(options.host)}${port === 443 ? '' : `:${port}`}`,
    listen: listen.map(listenText),
    http: options.http === undefined ? [] : [listenText(readListen('--http', options.http))],
    sites: [{ host: options.host, routes: [{ upstream }], access: [{ allow: options.access }] }],
  }
  return parsePolicy(stringify(config), 'castellan guard')
}

/** Both families, as browsers take either for a name under `.localhost`. */
function loopback(): ListenAddress[] {
  return [
    { host: '127.0.0.1', port: PORT },
    { host: '::1', port: PORT },
  ]
}

function readListen(option: string, text: string): ListenAddress {
  const address = parseListen(text)
  if (address !== undefined) return address
  throw new CastellanError(
    'guard.listen',
    `${option}: found ${JSON.stringify(text)}; allowed: HOST:PORT, [IPV6]:PORT or :PORT`,
  )
}

/** `app.example.org` has its portal at `auth.example.org`, `localhost` at `auth.localhost`. */
function portalFor(host: string): string {
  const parent = host.includes('.') ? host.slice(host.indexOf('.') + 1) : host
  return host.startsWith('auth.') ? `portal.${parent}` : `auth.${parent}`
}
