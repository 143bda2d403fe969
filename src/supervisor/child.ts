import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { ChildEvent } from './boot.ts'
import { environment } from './processes.ts'

/** How to start one process. */
export interface ChildSpec {
  /** `edge 1`, `control`: for messages. */
  readonly name: string
  /** Path of its entry point. */
  readonly script: string
  /** Flags of Node in front of the script. */
  readonly flags: readonly string[]
  /** Descriptors that it inherits, from 3 on. */
  readonly fds: readonly number[]
  /** Its first line of standard input. */
  readonly boot: unknown
  onEvent(event: ChildEvent): void
  onExit(code: number | null, signal: NodeJS.Signals | null): void
}

/** A child without the environment of its parent; what it must know comes on its standard input. */
export interface Child {
  readonly pid: number
  send(line: unknown): void
  /** Sends SIGTERM, and SIGKILL after `limit` ms; resolves when it is gone. */
  stop(limit: number): Promise<void>
}

export function startChild(spec: ChildSpec): Child {
  const child = spawn(
    process.execPath,
    ['--disable-sigusr1', '--disable-warning=ExperimentalWarning', ...spec.flags, spec.script],
    {
      env: environment(),
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe', ...spec.fds],
    },
  )
  const gone = Promise.withResolvers<void>()
  child.on('exit', (code, signal) => {
    gone.resolve()
    spec.onExit(code, signal)
  })
  child.on('error', (error) => {
    process.stderr.write(`${spec.name}: ${error.message}\n`)
    gone.resolve()
  })
  child.stdin!.on('error', () => undefined)
  child.stdin!.write(`${JSON.stringify(spec.boot)}\n`)
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const event = parseEvent(line)
    if (event !== undefined) spec.onEvent(event)
    else process.stderr.write(`${spec.name}: ${line}\n`)
  })
  createInterface({ input: child.stderr! }).on('line', (line) => process.stderr.write(`${spec.name}: ${line}\n`))
  return {
    pid: child.pid ?? 0,
    send: (line) => child.stdin!.write(`${JSON.stringify(line)}\n`),
    stop: (limit) => stop(child, limit, gone.promise),
  }
}

async function stop(child: ChildProcess, limit: number, gone: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), limit)
  await gone
  clearTimeout(timer)
}

function parseEvent(line: string): ChildEvent | undefined {
  if (!line.startsWith('{"event":')) return undefined
  try {
    return JSON.parse(line) as ChildEvent
  } catch {
    return undefined
  }
}
