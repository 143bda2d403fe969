import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, type IncomingMessage, request as operatorRequest } from 'node:http'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { foldersOf, runFolders } from '../../src/supervisor/folders.ts'
import { Browser } from '../helpers/browserless.ts'
import type { Gate } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'

/** zxcvbn finds it strong. */
export const PASSWORD = 'tulip-anvil-copper-meadow-71'

/** A file for `castellan up`: one public site with a corner for people, before this upstream. */
export function configuration(upstream: string, { top = '', route = '' } = {}): string {
  return `portal: https://auth.localhost:PORT
listen: ["127.0.0.1:PORT"]
edges: 2
proofs: { every: 12h }
${top}
sites:
  - host: app.localhost
    routes: [{ path: /, upstream: "${upstream}"${route} }]
    limits: { rate: 100000/s, burst: 100000, body: 100MB }
    access:
      - { path: /mine, allow: signed-in }
      - { allow: public }
`
}

/** Looks every few milliseconds until there is a result; fails after `limit` ms. */
export async function until<T>(what: string, limit: number, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + limit
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>
    if (Date.now() > end) assert.fail(`not within ${limit} ms: ${what}`)
    await sleep(10)
  }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Question {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly agent?: Agent
  /** Any of 127.0.0.0/8. */
  readonly from?: string
  /** Longest silence, ms. */
  readonly limit?: number
}

/** One request to the site of an installation; rejects when the connection fails or the answer is not whole. */
export async function ask({ port }: Pick<Gate, 'port'>, question: Question = {}): Promise<Answer> {
  const { method = 'GET', path = '/', headers = {}, body, agent, from = '127.0.0.1', limit = 20_000 } = question
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const outgoing = request({
    host: '127.0.0.1',
    port,
    localAddress: from,
    servername: 'app.localhost',
    rejectUnauthorized: false,
    agent: agent ?? false,
    method,
    path,
    headers: {
      host: `app.localhost:${port}`,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      ...headers,
    },
    timeout: limit,
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${limit} ms`)))
  outgoing.on('response', resolve).on('error', reject).end(body)
  const answer = await promise
  return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) }
}

/** What steady load met. */
export interface Met {
  answered: number
  /** Longest time of one request, ms. */
  slowest: number
  readonly failures: { readonly at: number; readonly what: string }[]
}

export interface Load extends AsyncDisposable {
  readonly met: Met
  stop(): Promise<Met>
}

/** Asks again and again over `connections` keep-alive connections; `stop` resolves with what was met. */
export function load(gate: Pick<Gate, 'port'>, connections: number, question: Question = {}, pauseMs = 0): Load {
  const met: Met = { answered: 0, slowest: 0, failures: [] }
  let stopped = false
  const work = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!stopped) {
      const began = performance.now()
      const failure = await ask(gate, { ...question, agent }).then(
        ({ status }) => (status === 200 ? undefined : `status ${status}`),
        (error: Error) => error.message,
      )
      met.slowest = Math.max(met.slowest, performance.now() - began)
      if (failure === undefined) met.answered++
      else met.failures.push({ at: Date.now(), what: failure })
      if (pauseMs > 0) await sleep(pauseMs)
    }
    agent.destroy()
  }
  const workers = Array.from({ length: connections }, work)
  const stop = async () => {
    stopped = true
    await Promise.all(workers)
    return met
  }
  return { met, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

/** Adds a person and signs them in at the site; resolves with the `Cookie` header. */
export async function signIn(gate: Gate, email = 'ann@example.org'): Promise<string> {
  const added = await gate.cli(['user', 'add', email, '--password-stdin'], PASSWORD)
  assert.equal(added.code, 0, added.stderr)
  return signInAgain(gate, email)
}

export async function signInAgain(gate: Pick<Gate, 'port'>, email: string, from = '127.0.0.1'): Promise<string> {
  using browser = new Browser(gate.port, from)
  const form = await browser.go(new URL(`https://app.localhost:${gate.port}/mine`))
  const page = await browser.submit(form, { email, password: PASSWORD })
  if (page.at.hostname !== 'app.localhost' || page.status !== 200)
    throw new Error(`sign-in ended at ${page.at.href} with ${page.status}`)
  return browser.cookie('app.localhost')
}

/** Waits until the proofs of the start are done and their scratch gate is gone, so that nothing else is going on. */
export async function calm(gate: Pick<Gate, 'process' | 'data'>, edges = 2): Promise<void> {
  await until('the proofs of the start', 60_000, () => {
    const { audit } = foldersOf(gate.data)
    const segments = readdirSync(audit).filter((name) => name.startsWith('entries-'))
    return segments.some((name) => readFileSync(join(audit, name), 'utf8').includes('"event":"proofs.run"'))
  })
  await until('the scratch gate is gone', 20_000, () => edgesOf(gate.process.pid!).length === edges)
}

/** Process ids of the children, in the order of their start. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return [] // it ended just now
  }
}

/** Process id of a child of the supervisor, such as `control/main`; undefined while there is none. */
export function pidOf(gate: Pick<Gate, 'process'>, role: string): number | undefined {
  return childrenOf(gate.process.pid!).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`/${role}.`)
    } catch {
      return false
    }
  })
}

/** Asks control over the operator's socket. Rejects when the connection breaks; a refusal is an answer. */
export async function operate(
  data: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<{ status: number; value: never }> {
  const socketPath = join(runFolders(foldersOf(data)).operator, 'operator.sock')
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const outgoing = operatorRequest({
    socketPath,
    method,
    path,
    agent: false,
    timeout: 15_000,
    headers: { 'content-type': 'application/json' },
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error('control was silent for 15 s')))
  outgoing
    .on('response', resolve)
    .on('error', reject)
    .end(body === undefined ? undefined : JSON.stringify(body))
  const answer = await promise
  return { status: answer.statusCode!, value: JSON.parse(await text(answer)) as never }
}
