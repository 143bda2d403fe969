import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A started program. Disposing ends it: SIGTERM, and SIGKILL after ten seconds. */
export interface Started extends AsyncDisposable {
  readonly pid: number
  readonly process: ChildProcess
  /** What it wrote to standard output and error so far. */
  output(): string
}

export interface StartOptions {
  readonly core: number
  readonly env?: NodeJS.ProcessEnv
  /** A descriptor of ours, a listening socket, that the program gets as its descriptor 3. */
  readonly inherit?: number
}

const running = new Set<ChildProcess>()

/** For the harness's own exit: nothing stays behind. SIGTERM, so that a master process ends its workers too. */
export function endLeftovers(): void {
  for (const child of running) child.kill('SIGTERM')
}

/** Starts a program on one core; `taskset` becomes the program, so the process id is the program's. */
export function start(program: string, args: readonly string[], { core, env, inherit }: StartOptions): Started {
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...(inherit === undefined ? [] : [inherit])]
  const child = spawn('taskset', ['-c', String(core), program, ...args], { env: env ?? process.env, stdio })
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.stdin!.on('error', () => {}) // a program that ends early closes its end; its exit is what is reported
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-1_000_000)
    })
  }
  return { pid: child.pid!, process: child, output: () => output, [Symbol.asyncDispose]: () => end(child) }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(timer)
}

/** Runs a program to its end; its output, or an error with the output when it fails. */
export async function run(program: string, args: readonly string[], options: StartOptions & { input?: string }) {
  const { input, ...rest } = options
  const started = start(program, args, rest)
  started.process.stdin!.end(input)
  const [code, signal] = (await once(started.process, 'close')) as [number | null, string | null]
  if (code !== 0)
    throw new Error(`${program} ${args[0] ?? ''} ended with ${code ?? signal}: ${started.output().trim()}`)
  return started.output()
}

/** Waits for the first line on standard output that `pick` accepts. */
export async function line<T>(started: Started, pick: (line: string) => T | undefined, timeoutMs: number): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let rest = ''
  const read = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const one of lines) {
      const found = pick(one)
      if (found !== undefined) resolve(found)
    }
  }
  const fail = (what: string) => () => reject(new Error(`${what}: ${started.output().trim().slice(-2000)}`))
  const timer = setTimeout(fail(`nothing after ${timeoutMs} ms`), timeoutMs)
  const ended = fail('it ended early')
  started.process.stdout!.on('data', read)
  started.process.once('close', ended)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    started.process.stdout!.off('data', read)
    started.process.off('close', ended)
  }
}

/** Waits until the port takes connections, or the program has ended. */
export async function listening(started: Started, port: number, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await accepts(port))) {
    const { exitCode } = started.process
    if (exitCode !== null) throw new Error(`ended with ${exitCode} before it listened: ${started.output().trim()}`)
    if (Date.now() > deadline) throw new Error(`port ${port} takes no connections: ${started.output().trim()}`)
    await sleep(20)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

let nextPort = 17_000

/** A port that nobody listens on; below the ephemeral range, so that no client connection can take it meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++
    const server = createServer()
    const bound = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!bound) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
