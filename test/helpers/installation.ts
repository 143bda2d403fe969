import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Browser, type Page } from './browserless.ts'
import { type EchoUpstream, HEALTH_PATH, startEchoUpstream } from './echo-upstream.ts'
import { type Gate, startUp } from './gate.ts'
import { edgesOf } from './processes.ts'

/** The people of these tests. zxcvbn finds the password strong. */
export const PASSWORD = 'tulip-anvil-copper-meadow-71'
const PEOPLE = { member: 'ann@example.org', admin: 'root@example.org' } as const

export type Person = keyof typeof PEOPLE
export type SiteName = 'app' | 'wiki' | 'shop'
export const hostOf = (site: string) => `${site}.localhost`

/** A running gate with three sites before one echo upstream, and a person of each kind signed in to all of them. */
export interface Installation extends AsyncDisposable {
  readonly gate: Gate & { readonly http: number; readonly file: string }
  readonly upstream: EchoUpstream
  /** Process ids of the edges that serve. */
  readonly edges: readonly number[]
  /** `Cookie` header of a person at a site. */
  cookie(person: Person, site: SiteName): string
  origin(site: string): string
  /** Signs a person in with a browser of their own, up to the page of the site at `target`. */
  signIn(browser: Browser, person: Person, site: SiteName, target?: string): Promise<Page>
  /** The access log so far. */
  log(): LogLine[]
  /** Fails when an edge was started again, or wrote down a fault of its own. */
  expectUnharmed(): Promise<void>
}

export interface LogLine {
  readonly id: string
  readonly event?: string
  readonly verdict: string
  readonly target?: string
  readonly client: string
  readonly failure?: string
  readonly probe?: boolean
}

export interface InstallationOptions {
  /** More top-level keys of castellan.yaml. */
  readonly top?: string
  /** More keys of each site. */
  readonly site?: string
}

/**
 * The same rules at `app` and `wiki`, which share a sign-in; at `shop`, the other style: everything is open but a few
 * paths.
 */
export function configuration(origin: string, { top = '', site = '' }: InstallationOptions): string {
  const routes = `routes: [{ path: /, upstream: ${origin} }]\n    health: ${HEALTH_PATH}\n    limits: { rate: 100000/s, burst: 100000, body: 64KiB }`
  const rules = [
    '{ path: /admin, allow: { role: admin } }',
    '{ path: /secret, allow: nobody }',
    '{ path: /inside, allow: { from: [10.0.0.0/8, "fd00::/8"] } }',
    '{ path: /hook, methods: [POST], allow: public }',
    '{ path: /query, parameters: { action: [get, list] }, allow: public }',
    '{ path: /mine, allow: signed-in }',
    '{ path: /open, allow: public }',
  ].map((rule) => `\n      - ${rule}`)
  const strict = (host: string) =>
    `  - host: ${host}\n    group: work\n    ${routes}\n    access:${rules.join('')}\n${site}`
  return `portal: https://auth.localhost:PORT
listen: ["127.0.0.1:PORT", "[::1]:PORT"]
http: ["127.0.0.1:HTTP"]
edges: 2
proofs: { every: 12h }
${top}
sites:
${strict('app.localhost')}
${strict('wiki.localhost')}
  - host: shop.localhost
    ${routes}
    access:
      - { path: /admin, allow: nobody }
      - { path: "/api/*/keys", allow: nobody }
      - { methods: [DELETE], allow: nobody }
      - { allow: public }
${site}`
}

/** Starts an installation, adds the people, and signs each of them in through the portal's own form. */
export async function startInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const upstream = await startEchoUpstream()
  const gate = await startUp(configuration(upstream.origin, options))
  const origin = (site: string) => `https://${hostOf(site)}:${gate.port}`
  // A scratch gate of the proofs may run beside them for a moment; it is started later.
  const edges = edgesOf(gate.process.pid!).slice(0, 2)
  const cookies = new Map<string, string>()

  const signIn: Installation['signIn'] = async (browser, person, site, target = '/open') => {
    const form = await browser.go(new URL('/mine', origin(site)))
    const page = await browser.submit(form, { email: PEOPLE[person], password: PASSWORD })
    assert.equal(page.at.href, `${origin(site)}/mine`, `sign-in ended with ${page.status}`)
    return browser.go(new URL(target, origin(site)))
  }

  for (const [person, email] of Object.entries(PEOPLE) as [Person, string][]) {
    const role = person === 'admin' ? ['--role', 'admin'] : []
    const added = await gate.cli(['user', 'add', email, ...role, '--password-stdin'], PASSWORD)
    assert.equal(added.code, 0, added.stderr)
    using browser = new Browser(gate.port)
    await signIn(browser, person, 'app')
    for (const site of ['app', 'wiki'] as const) cookies.set(`${person} ${site}`, browser.cookie(hostOf(site)))
  }
  upstream.arrivals.length = 0

  const log = () => readLog(gate.data)
  return {
    gate,
    upstream,
    edges,
    cookie: (person, site) => cookies.get(`${person} ${site}`) ?? '',
    origin,
    signIn,
    log,
    async expectUnharmed() {
      await sleep(100)
      assert.doesNotMatch(gate.stderr(), /is started again/)
      const running = edgesOf(gate.process.pid!)
      assert.ok(
        edges.every((pid) => running.includes(pid)),
        `an edge is gone: ${edges} were there, ${running} are`,
      )
      assert.deepEqual(
        log().filter(({ event, verdict }) => event === 'edge.fault' || verdict === 'edge.fault'),
        [],
      )
    },
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]()
      rmSync(gate.data, { recursive: true, force: true })
      await upstream[Symbol.asyncDispose]()
    },
  }
}

function readLog(data: string): LogLine[] {
  const folder = join(data, 'log')
  return readdirSync(folder)
    .filter((name) => /^access.*\.jsonl$/.test(name))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine)
}
