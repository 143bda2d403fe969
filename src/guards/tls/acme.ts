import { mkdirSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Client } from 'acme-client'
import type { Clock } from '../../kernel/clock.ts'
import { CastellanError, errorCode, errorText } from '../../kernel/errors.ts'
import { acmeAgent, loadAcme, withNetwork } from './acme-network.ts'
import { isLocalhost } from './options.ts'
import { type OrderOptions, orderCertificate, type Publish } from './order.ts'
import { checkPair, type Pair } from './pair.ts'
import { backOff, renewalTime } from './renewal.ts'
import type { AcmeConfig } from './schema.ts'
import { newKey } from './signer.ts'
import { readGiven, readSecret, readStored, writeStored } from './stored.ts'

/** Orders under way at once: a thousand sites take minutes, and no directory is flooded. */
const WORKERS = 4

/** A certificate that is old when it comes must not make an endless row of orders: an hour between two, in ms. */
const SHORTEST = 3_600_000

export interface AcmeOptions {
  readonly config: AcmeConfig
  readonly hosts: readonly string[]
  readonly folder: string
  readonly clock: Clock
  /** How often due times are looked at, in ms. */
  readonly everyMs: number
  readonly publish: Publish
  onChange(): void
  onError(error: CastellanError): void
}

export interface AcmeCertificates {
  /** The certificate of a host, or undefined before the first. */
  current(host: string): Pair | undefined
  close(): void
}

/** Where the certificates of this directory are kept, and the key of the account with it (PEM). */
interface Home {
  readonly folder: string
  readonly accountKey: string
}

interface HostState {
  readonly host: string
  pair: Pair | undefined
  /** When the next order is due, in ms since the epoch. */
  due: number
  failures: number
}

/**
 * Gets and renews a certificate for each host (RFC 8555, HTTP-01). Account key and certificates are kept under
 * `folder`, apart for each directory; orders start at once, and errors come to `onError` as `tls.acme`.
 * Throws `tls.acme-host` for a name that no public authority certifies, `tls.unreadable` for a bad `ca`, `tls.key-mode` when others may
 * read the account's key.
 */
export function openAcme(options: AcmeOptions): AcmeCertificates {
  const { config, hosts, clock, everyMs } = options
  const extra = config.ca === undefined ? undefined : readGiven(config.ca, 'the authority of the ACME directory')
  checkNames(hosts)
  const folder = join(options.folder, 'acme', config.directory.slice('https://'.length).replace(/[^a-z0-9.-]+/gi, '_'))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const home = { folder, accountKey: accountKey(folder) }
  const states = new Map(hosts.map((host) => [host, readState(folder, host, options)]))
  const closing = new AbortController()
  const network = { agent: acmeAgent(extra), signal: closing.signal }
  let busy = false
  const look = async () => {
    const due = [...states.values()].filter((state) => state.due <= clock())
    if (busy || due.length === 0) return
    busy = true
    try {
      await withNetwork(network, () => renew(due, home, closing.signal, options))
    } finally {
      busy = false
    }
  }
  const timer = setInterval(look, everyMs).unref()
  void look()
  return {
    current: (host) => states.get(host)?.pair,
    close: () => {
      clearInterval(timer)
      closing.abort()
      network.agent.destroy()
    },
  }
}

function checkNames(hosts: readonly string[]): void {
  const bad = hosts.filter((host) => isIP(host) !== 0 || isLocalhost(host) || !host.includes('.'))
  if (bad.length === 0) return
  throw new CastellanError(
    'tls.acme-host',
    `no public authority issues a certificate for ${bad.slice(0, 5).join(', ')}`,
    {
      hint: 'Use issuer: internal, or public host names.',
    },
  )
}

/** Never rejects: what fails is reported and tried again later. */
async function renew(due: HostState[], home: Home, signal: AbortSignal, options: AcmeOptions): Promise<void> {
  let tools: OrderOptions
  try {
    tools = await connect(home.accountKey, signal, options)
  } catch (error) {
    for (const state of due) postpone(state, options.clock())
    if (!signal.aborted)
      options.onError(
        problem(
          due.map(({ host }) => host),
          error,
          due[0]!.due - options.clock(),
        ),
      )
    return
  }
  const queue = [...due]
  const worker = async () => {
    for (let state = queue.shift(); state !== undefined && !signal.aborted; state = queue.shift()) {
      await renewOne(state, home.folder, tools, options)
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
}

async function renewOne(state: HostState, folder: string, tools: OrderOptions, options: AcmeOptions): Promise<void> {
  const { host } = state
  const { clock } = options
  try {
    const found = await orderCertificate(host, tools)
    const pair = checkPair({ ...found, ...namesOf(options.config.directory, host) }, [host], clock())
    if (tools.signal.aborted) return
    writeStored(join(folder, `${host}.pem`), pair.key + pair.cert, { mode: 0o600, durable: true })
    Object.assign(state, { pair, failures: 0, due: Math.max(renewalTime(pair, host), clock() + SHORTEST) })
    options.onChange()
  } catch (error) {
    postpone(state, clock())
    if (!tools.signal.aborted) options.onError(problem([host], error, state.due - clock()))
  }
}

/** Signs in to the account of this installation, or opens it. */
async function connect(accountKey: string, signal: AbortSignal, options: AcmeOptions): Promise<OrderOptions> {
  const { config, publish } = options
  const acme = await loadAcme()
  const client: Client = new acme.Client({ directoryUrl: config.directory, accountKey })
  await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${config.email}`] })
  const request = async (host: string, key: string) => (await acme.crypto.createCsr({ altNames: [host] }, key))[1]
  return { client, request, publish, signal }
}

function accountKey(folder: string): string {
  const file = join(folder, 'account.pem')
  const found = readSecret(file)
  if (found !== undefined) return found
  const { pem } = newKey()
  writeStored(file, pem, { mode: 0o600, durable: true })
  return pem
}

function readState(folder: string, host: string, { clock, config, onError }: AcmeOptions): HostState {
  const fresh = { host, pair: undefined, due: 0, failures: 0 }
  const text = readStored(join(folder, `${host}.pem`))
  if (text === undefined) return fresh
  const start = text.indexOf('-----BEGIN CERTIFICATE-----')
  const texts = { cert: text.slice(start), key: text.slice(0, start), ...namesOf(config.directory, host) }
  try {
    const pair = checkPair(texts, [host], clock())
    return { ...fresh, pair, due: renewalTime(pair, host) }
  } catch (error) {
    onError(problem([host], error, 0))
    return fresh
  }
}

function namesOf(directory: string, host: string): { certName: string; keyName: string } {
  const name = `the certificate of ${host} from ${new URL(directory).host}`
  return { certName: name, keyName: `${name} (its key)` }
}

function postpone(state: HostState, now: number): void {
  state.failures += 1
  state.due = now + backOff(state.failures)
}

function problem(hosts: readonly string[], error: unknown, waitMs: number): CastellanError {
  const names = hosts.length > 3 ? `${hosts.slice(0, 3).join(', ')} and ${hosts.length - 3} more` : hosts.join(', ')
  const reason = errorText(error) || errorCode(error) || 'no reason given'
  const next = waitMs > 0 ? `next attempt in ${Math.ceil(waitMs / 60_000)} minutes` : 'a new one is ordered now'
  return new CastellanError('tls.acme', `ACME, ${names}: ${reason}; ${next}`, { cause: error })
}
