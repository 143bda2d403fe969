import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LOAD_CORE, PROXY_CORE } from '../machine.ts'
import { freePort, line, run, type Started, start } from '../process.ts'
import { atRest } from '../process-tree.ts'
import type { Bench } from '../scenario.ts'
import { type Person, signIn } from '../sign-in.ts'
import type { Peer } from './peer.ts'

/** The one line of `--json` when it is ready. */
export interface Ready {
  readonly event: 'ready'
  readonly app: string
  readonly portal: string
  readonly setup: string | null
  readonly ca: string | null
}

export interface Castellan extends Peer {
  /** The command that it was started with. */
  readonly program: string
  readonly data: string
  /** Milliseconds from the start of the process to the ready line. */
  readonly readyMs: number
  /** The process, to end it before the scenario ends. */
  readonly started: Started
}

/** Part of castellan.yaml; the listeners, the portal and the names are added by `startCastellan`. */
export interface Settings {
  readonly sites: (upstream: string) => readonly Record<string, unknown>[]
  readonly network?: Record<string, unknown>
  readonly edges?: number
  /** Most open connections an edge. */
  readonly connections?: number
  /** Take up this data folder instead of an empty one. */
  readonly data?: string
}

/** Whether what runs is the compiled program or its TypeScript; memory and start differ. */
export function castellanForm({ program }: Bench): 'compiled' | 'source' {
  const compiled = existsSync(join(dirname(program), '..', 'dist', 'main.js'))
  return compiled && process.env.CASTELLAN_SOURCES !== '1' ? 'compiled' : 'source'
}

/** Limits that are in force and refuse nobody at the speed of a benchmark. */
export const WIDE_LIMITS = { rate: '1000000/s', burst: 1_000_000, body: '3GB' }

/** One site that anybody may read. */
export const publicSite = (upstream: string) => [
  { host: 'app.localhost', routes: [{ path: '/', upstream }], access: [{ allow: 'public' }], limits: WIDE_LIMITS },
]

/** Starts `castellan up` on the core under test, with one edge, over TLS and over plain HTTP. */
export async function startCastellan(
  bench: Bench,
  stack: AsyncDisposableStack,
  name: string,
  upstreamPort: number,
  settings: Settings,
): Promise<Castellan> {
  const [http, https] = [await freePort(), await freePort()]
  const folder = join(bench.folder, `castellan-${https}`)
  await mkdir(folder)
  const data = settings.data ?? join(folder, 'data')
  const file = join(folder, 'castellan.yaml')
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configuration(http, https, upstreamPort, settings)))
  const began = performance.now()
  const started = stack.use(start(bench.program, ['up', '-c', file, '--data', data, '--json'], { core: PROXY_CORE }))
  await ready(started)
  const readyMs = performance.now() - began
  await atRest(started.pid) // else its first proofs would be in the figures
  const authority = `app.localhost:${https}`
  return {
    name,
    program: bench.program,
    pid: started.pid,
    data,
    readyMs,
    started,
    plain: { port: http, tls: false, authority },
    tls: { port: https, tls: true, authority },
  }
}

/** Starts `castellan guard` as a user would for the first time; for the time that it takes. */
export async function startGuard(bench: Bench, stack: AsyncDisposableStack, upstreamPort: number): Promise<Castellan> {
  const port = await freePort()
  const data = join(bench.folder, `guard-${port}`)
  const args = ['guard', `http://127.0.0.1:${upstreamPort}`, '--listen', `127.0.0.1:${port}`, '--data', data]
  const began = performance.now()
  const started = stack.use(start(bench.program, [...args, '--access', 'public', '--json'], { core: PROXY_CORE }))
  const { app } = await ready(started)
  const readyMs = performance.now() - began
  const tls = { port, tls: true, authority: new URL(app).host }
  return { name: 'guard', program: bench.program, pid: started.pid, data, readyMs, started, tls, plain: tls }
}

function configuration(http: number, https: number, upstreamPort: number, settings: Settings) {
  return {
    portal: `https://auth.localhost:${https}`,
    listen: `127.0.0.1:${https}`,
    http: `127.0.0.1:${http}`,
    'http-mode': 'serve',
    edges: settings.edges ?? 1,
    tls: { issuer: 'internal' },
    ...(settings.connections ? { connections: settings.connections } : {}),
    // Plain HTTP is served only to a TLS terminator; here the load stands in for it.
    network: { 'trusted-proxies': ['127.0.0.1/32'], ...settings.network },
    sites: settings.sites(`http://127.0.0.1:${upstreamPort}`),
  }
}

function ready(started: Started): Promise<Ready> {
  return line(
    started,
    (text) => (text.startsWith('{"event":"ready"') ? (JSON.parse(text) as Ready) : undefined),
    60_000,
  )
}

/** Adds an account with the command that an operator would use. */
export async function addUser({ program, data }: Castellan, { email, password }: Person): Promise<void> {
  const args = ['user', 'add', email, '--password-stdin', '--data', data]
  await run(program, args, { core: LOAD_CORE, input: password })
}

/** The same proxy with the session of a new account on both listeners. */
export async function signedIn(castellan: Castellan): Promise<Castellan> {
  const person = { email: 'bench@example.org', password: randomBytes(18).toString('base64url') }
  await addUser(castellan, person)
  const cookie = await signIn(castellan.tls, person)
  return { ...castellan, plain: { ...castellan.plain, cookie }, tls: { ...castellan.tls, cookie } }
}
