import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BucketLimit } from '../../kernel/guard.ts'
import type { EdgeOptions, Flood, FloodResult } from './limiter.fixture.ts'
import { createRateLimiter } from './limiter.ts'
import { RateTable } from './table.ts'

const FIXTURE = fileURLToPath(new URL('limiter.fixture.ts', import.meta.url))
const LIMIT = { rate: 0.1, burst: 100 }
/** Nothing is refilled during a test. */
const NO_REFILL = { rate: 1e-9, burst: 300 }

class Edge {
  readonly path: string
  readonly #child: ChildProcess
  readonly #results = new Map<number, (result: FloodResult) => void>()
  #started = Promise.withResolvers<void>()
  #pid = 0
  #id = 0

  constructor(options: EdgeOptions) {
    this.path = options.sockets[options.self]!
    const args = [FIXTURE, 'supervisor', JSON.stringify(options)]
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const message: { pid: number } | { id: number; result: FloodResult } = JSON.parse(line)
      if ('pid' in message) {
        this.#pid = message.pid
        this.#started.resolve()
      } else this.#results.get(message.id)?.(message.result)
    })
  }

  started(): Promise<void> {
    return this.#started.promise
  }

  flood(command: Flood): Promise<FloodResult> {
    const id = this.#id++
    this.#child.stdin!.write(`${JSON.stringify({ id, ...command })}\n`)
    return new Promise((resolve) => this.#results.set(id, resolve))
  }

  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.#started = Promise.withResolvers()
    process.kill(this.#pid, signal)
  }

  async close(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.stdin!.end()
    await exit
  }
}

/** Edges in processes of their own, each under a supervisor, that are ended with the test. */
async function startEdges(t: TestContext, count: number): Promise<{ edges: readonly Edge[]; seed: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'rates-'))
  const seed = randomBytes(16)
  const sockets = Array.from({ length: count }, (_, index) => join(folder, `${index}.sock`))
  const edges = sockets.map((_, self) => new Edge({ self, count, sockets, seed: seed.toString('hex') }))
  t.after(async () => {
    await Promise.all(edges.map((edge) => edge.close()))
    await rm(folder, { recursive: true })
  })
  await Promise.all(edges.map((edge) => edge.started()))
  return { edges, seed }
}

/** A client whose key the edge with this index owns. */
function clientOf(owner: number, count: number, seed: Buffer): string {
  const table = new RateTable(seed)
  for (let n = 0; ; n++) {
    const client = `198.51.100.${n}`
    if ((table.keyOf(0, client)[1]! >>> 0) % count === owner) return client
  }
}

const sum = (results: readonly FloodResult[], key: 'admitted' | 'refused'): number =>
  results.reduce((total, result) => total + result[key], 0)

/** rate·t + burst, t from the first request on any edge to the last answer. */
function bound(results: readonly FloodResult[], { rate, burst }: BucketLimit): number {
  const started = Math.min(...results.map((result) => result.started))
  return rate * (Math.max(...results.map((result) => result.ended)) - started) + burst
}

test('one edge alone decides without a promise', () => {
  const limiter = createRateLimiter({
    self: 0,
    count: 1,
    sockets: [],
    server: null,
    seed: randomBytes(16),
    clock: () => 0,
  })
  const taken = Array.from({ length: 101 }, () => limiter.take(0, 'a', LIMIT))
  assert.deepEqual(taken, [...Array(100).fill(true), false])
  limiter.close()
})

test('refuses to share rates when an edge has no socket', () => {
  const options = { self: 1, count: 2, sockets: ['a'], server: null, seed: randomBytes(16), clock: Date.now }
  assert.throws(() => createRateLimiter(options), RangeError)
})

for (const count of [2, 3]) {
  test(`a client on ${count} edges and 200 connections gets rate·t + burst, and 5% at most above`, async (t) => {
    const { edges, seed } = await startEdges(t, count)
    const client = clientOf(0, count, seed)
    const command = { client, callers: Math.ceil(200 / count), every: 2, ms: 2_000, limit: LIMIT }
    const results = await Promise.all(edges.map((edge) => edge.flood(command)))
    const [admitted, allowed] = [sum(results, 'admitted'), bound(results, LIMIT)]
    const asked = results
      .slice(1)
      .reduce((total, { admitted, refused, immediate }) => total + admitted + refused - immediate, 0)
    console.log(
      `${count} edges: ${admitted} admitted, bound ${allowed.toFixed(0)}, ${sum(results, 'refused')} refused, ${asked} waited`,
    )
    assert.ok(admitted <= allowed * 1.05)
    assert.ok(admitted >= allowed * 0.95)
  })
}

test('three edges that lease a bucket spend every token of it, and none twice', async (t) => {
  const { edges, seed } = await startEdges(t, 3)
  const client = clientOf(1, 3, seed)
  const results = await Promise.all(
    edges.map((edge) => edge.flood({ client, callers: 20, every: 1, ms: 800, limit: NO_REFILL })),
  )
  assert.equal(sum(results, 'admitted'), NO_REFILL.burst)
})

test('a client that stays at half its rate is never refused, on whichever edges its requests arrive', async (t) => {
  const { edges, seed } = await startEdges(t, 3)
  // Together 50 a second against 100, with so little burst that every lost token would show.
  const limit = { rate: 0.1, burst: 10 }
  const runs = [0, 1, 2].flatMap((owner) => {
    const client = clientOf(owner, 3, seed)
    return edges.map((edge) => edge.flood({ client, callers: 1, every: 60, ms: 3_000, limit }))
  })
  const results = await Promise.all(runs)
  assert.equal(sum(results, 'refused'), 0)
  assert.ok(sum(results, 'admitted') > 300)
})

test('an edge that does not own a flooded key decides nearly all of its requests by itself', async (t) => {
  const { edges, seed } = await startEdges(t, 2)
  const limit = { rate: 100, burst: 100_000 }
  const generous = await edges[1]!.flood({ client: clientOf(0, 2, seed), callers: 50, every: 1, ms: 1_000, limit })
  assert.equal(generous.refused, 0)
  assert.ok(generous.immediate > 0.8 * generous.admitted)
  const limit2 = { rate: 0.001, burst: 1 }
  const refused = await edges[1]!.flood({
    client: clientOf(0, 2, seed),
    callers: 50,
    every: 1,
    ms: 1_000,
    limit: limit2,
  })
  assert.ok(refused.immediate > 0.9 * refused.refused)
})

test('when the owner is killed the other goes on without a pause, and shares again once the owner is back', async (t) => {
  const { edges, seed } = await startEdges(t, 2)
  const client = clientOf(0, 2, seed)
  const command = { client, callers: 50, every: 2, ms: 2_000, limit: LIMIT }
  const survivor = edges[1]!.flood(command)
  // What the owner itself admits dies with it, so that it does not take part in the count before.
  await sleep(500)
  edges[0]!.signal('SIGKILL')
  await edges[0]!.started()
  const result = await survivor
  // The owner comes back with a full bucket: one burst more, once.
  assert.ok(result.admitted <= (bound([result], LIMIT) + LIMIT.burst) * 1.05)
  assert.ok(result.admitted >= bound([result], LIMIT) * 0.9)
  assert.ok(result.slowest < 800, `an answer took ${result.slowest} ms`)
  // The owner says that it is back; the survivor finds out at its next attempt, after 200 ms at most.
  await sleep(500)
  const again = await Promise.all(edges.map((edge) => edge.flood({ ...command, client: `${client}0`, ms: 1_000 })))
  assert.ok(sum(again, 'admitted') <= bound(again, LIMIT) * 1.05)
})

test('while the owner hangs the other decides by what it last knew, and trusts it again when it answers', async (t) => {
  const { edges, seed } = await startEdges(t, 2)
  const client = clientOf(0, 2, seed)
  const command = { client, callers: 20, every: 2, ms: 1_500, limit: NO_REFILL }
  // The bucket is used up before, so that every token that the hang lets out would be one too many.
  const before = await edges[1]!.flood({ ...command, ms: 500 })
  assert.equal(before.admitted, NO_REFILL.burst)
  const flood = edges[1]!.flood(command)
  await sleep(300)
  edges[0]!.signal('SIGSTOP')
  await sleep(700)
  edges[0]!.signal('SIGCONT')
  const during = await flood
  assert.equal(during.admitted, 0)
  assert.ok(during.slowest < 800, `an answer took ${during.slowest} ms`)
  const after = await Promise.all(edges.map((edge) => edge.flood({ ...command, client: `${client}0`, ms: 500 })))
  assert.equal(sum(after, 'admitted'), NO_REFILL.burst)
})

test('bytes that are no frame cost their sender the connection, and nobody else anything', async (t) => {
  const { edges, seed } = await startEdges(t, 2)
  const stranger = createConnection(edges[0]!.path)
  stranger.on('error', () => undefined)
  stranger.write(randomBytes(31).fill(0xff))
  await sleep(50)
  assert.equal(stranger.destroyed, false)
  stranger.write(randomBytes(1_000).fill(0xff))
  await once(stranger, 'close')
  const client = clientOf(0, 2, seed)
  const result = await edges[1]!.flood({ client, callers: 10, every: 1, ms: 500, limit: NO_REFILL })
  assert.equal(result.admitted, NO_REFILL.burst)
})
