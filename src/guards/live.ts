import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import type { Proof } from '../kernel/proof.ts'

/** For tests: a real installation of some copy of the program. */
export interface Live extends AsyncDisposable {
  /** Runs the proofs as an operator does. */
  prove(): Promise<Proof[]>
}

/** The program as it stands in this folder. */
export const SOUND = join(import.meta.dirname, '..', 'main.ts')

const READY_LIMIT = 20_000

/** Starts `main` with a configuration file; resolves when it serves, and rejects with what it said instead. */
export async function startLive(main: string, file: string, data: string): Promise<Live> {
  const child = spawn(process.execPath, [main, 'up', '-c', file, '--data', data, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line))
  const lines = createInterface({ input: child.stdout })
  const ready = once(lines, 'line', { signal: AbortSignal.timeout(READY_LIMIT) })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(said.join('\n'))))
  ended.catch(() => undefined)
  try {
    await Promise.race([ready, ended])
  } catch (error) {
    await stop(child)
    throw error
  }
  return { prove: () => prove(main, data), [Symbol.asyncDispose]: () => stop(child) }
}

/** The result of `prove` is 1 when something is broken, which is no failure here. */
async function prove(main: string, data: string): Promise<Proof[]> {
  const command = execFile(process.execPath, [main, 'prove', '--data', data, '--json'])
  const [out, said] = await Promise.all([text(command.stdout!), text(command.stderr!)])
  if (out === '') throw new Error(said)
  return (JSON.parse(out) as { proofs: Proof[] }).proofs
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

/** An application that says what it runs on, and keeps what it was asked for. */
export interface Application extends AsyncDisposable {
  readonly origin: string
  readonly asked: string[]
}

export async function startApplication(): Promise<Application> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(200, { server: 'Apache/2.4.1', 'x-powered-by': 'Express' })
    response.end('well')
  })
  const port = await listening(server)
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { origin: `http://127.0.0.1:${port}`, asked, [Symbol.asyncDispose]: close }
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createTcpServer()
  const port = await listening(server)
  server.close()
  await once(server, 'close')
  return port
}

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
