import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/castellan', import.meta.url))

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

/** A running installation, started as an operator starts it. */
export interface Gate extends AsyncDisposable {
  /** Origin of the first site. */
  readonly app: string
  readonly portal: string
  readonly setup: string | null
  /** Path of the CA's PEM. */
  readonly ca: string | null
  readonly data: string
  readonly port: number
  readonly process: ChildProcess
  /** Everything on standard error so far. */
  stderr(): string
  /** Runs a command against this installation. */
  cli(args: readonly string[], input?: string): Promise<CommandResult>
  /** SIGTERM; resolves with the exit code. */
  close(): Promise<number | null>
}

export interface GuardStart {
  readonly upstream: string
  readonly access?: 'signed-in' | 'public'
  readonly data?: string
  readonly args?: readonly string[]
}

/** Starts `castellan guard` on a free port of loopback. */
export async function startGate({ upstream, access = 'signed-in', data, args = [] }: GuardStart): Promise<Gate> {
  const port = await freePort()
  return start(['guard', upstream, '--listen', `127.0.0.1:${port}`, '--access', access, ...args], port, data)
}

/** Starts `castellan up` with this text as its file. `PORT` in the text becomes a free port, `HTTP` another. */
export async function startUp(
  yaml: string,
  data?: string,
): Promise<Gate & { readonly file: string; readonly http: number }> {
  const [port, http] = [await freePort(), await freePort()]
  const folder = data ?? mkdtempSync(join(tmpdir(), 'castellan-'))
  const file = join(folder, 'castellan.yaml')
  writeFileSync(file, yaml.replaceAll('PORT', String(port)).replaceAll('HTTP', String(http)))
  const gate = await start(['up', '-c', file], port, folder)
  return Object.assign(gate, { file, http })
}

/** Runs `castellan` and waits for its end. */
export function runCastellan(args: readonly string[], input = ''): Promise<CommandResult> {
  const child = spawn(bin, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.on('error', reject)
  child.on('close', (code) => resolve({ stdout, stderr, code }))
  child.stdin.end(input)
  return promise
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function start(args: readonly string[], port: number, given?: string): Promise<Gate> {
  const data = given ?? mkdtempSync(join(tmpdir(), 'castellan-'))
  const child = spawn(bin, [...args, '--data', data, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const ready = await Promise.race([
    firstLine(child),
    ended.then((code) => {
      throw new Error(`castellan ended with ${code}: ${stderr}`)
    }),
  ])
  const close = () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    return ended
  }
  return {
    ...ready,
    data,
    port,
    process: child,
    stderr: () => stderr,
    cli: (command, input) => runCastellan([...command, '--data', data], input),
    close,
    async [Symbol.asyncDispose]() {
      await close()
      if (given === undefined) rmSync(data, { recursive: true, force: true })
    },
  }
}

type Ready = Pick<Gate, 'app' | 'portal' | 'setup' | 'ca'>

function firstLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) => {
      const { event, ...ready } = JSON.parse(line) as Ready & { event: string }
      if (event === 'ready') resolve(ready)
      else reject(new Error(`unexpected first line: ${line}`))
    })
  })
}
