// Test only: an edge that does nothing but take tokens, under a supervisor that holds its socket open and starts it
// again when it dies. Commands and results are JSON, one a line.
import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { BucketLimit } from '../../kernel/guard.ts'
import { createRateLimiter, type RateLimiter } from './limiter.ts'

export interface EdgeOptions {
  readonly self: number
  readonly count: number
  readonly sockets: readonly string[]
  /** Hexadecimal. */
  readonly seed: string
}

/** Many callers take tokens of one client for `ms`, each again `every` ms after its last answer. */
export interface Flood {
  readonly client: string
  readonly callers: number
  readonly every: number
  readonly ms: number
  readonly limit: BucketLimit
}

export interface FloodResult {
  admitted: number
  refused: number
  /** Decided without a promise. */
  immediate: number
  /** The longest wait for an answer, in ms. */
  slowest: number
  /** Milliseconds since the Unix epoch. */
  readonly started: number
  ended: number
}

async function flood(limiter: RateLimiter, { client, callers, every, ms, limit }: Flood): Promise<FloodResult> {
  const started = Date.now()
  const result: FloodResult = { admitted: 0, refused: 0, immediate: 0, slowest: 0, started, ended: started }
  const caller = async (): Promise<void> => {
    while (Date.now() - started < ms) {
      const before = performance.now()
      const taken = limiter.take(0, client, limit)
      if (typeof taken === 'boolean') result.immediate++
      if (await taken) result.admitted++
      else result.refused++
      result.slowest = Math.max(result.slowest, performance.now() - before)
      await sleep(every)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  result.ended = Date.now()
  return result
}

async function edge({ self, count, sockets, seed }: EdgeOptions): Promise<void> {
  const say = (message: unknown): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)
  const limiter = createRateLimiter({
    self,
    count,
    sockets,
    server: { fd: 3 },
    seed: Buffer.from(seed, 'hex'),
    clock: Date.now,
  })
  await limiter.ready
  say({ pid: process.pid })
  for await (const line of createInterface({ input: process.stdin })) {
    const command: Flood & { id: number } = JSON.parse(line)
    void flood(limiter, command).then((result) => say({ id: command.id, result }))
  }
  limiter.close()
}

/** Never accepts a connection itself: spawnSync keeps the event loop from turning. */
function supervise(options: EdgeOptions): void {
  const server = createServer().listen(options.sockets[options.self]) as unknown as { _handle: { fd: number } }
  const self = fileURLToPath(import.meta.url)
  const args = [self, 'edge', JSON.stringify(options)]
  while (spawnSync(process.execPath, args, { stdio: [0, 1, 2, server._handle.fd] }).signal === 'SIGKILL');
  process.exit()
}

const [, , role, options] = process.argv
if (role === 'edge') await edge(JSON.parse(options!))
else if (role === 'supervisor') supervise(JSON.parse(options!))
