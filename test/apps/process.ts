import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A running application: its origin on 127.0.0.1, its own folder, its output so far, and its end. */
export interface App {
  readonly url: string
  readonly folder: string
  readonly output: () => string
  readonly close: () => Promise<void>
}

export interface AppOptions {
  /** The script that starts it, an absolute path. */
  readonly script: string
  /** Writes its settings into its folder, and returns the arguments to start it with. */
  readonly prepare: (folder: string, port: number) => readonly string[]
}

/**
 * Starts an application in a process and a temporary folder of its own, and waits until it answers (20 seconds at most).
 * `close` ends that one process by its id and removes the folder.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-app-'))
  const port = await freePort()
  const args = options.prepare(folder, port)
  const child = spawn(
    process.execPath,
    ['--require', join(import.meta.dirname, 'loopback-only.cjs'), options.script, ...args],
    { cwd: folder, env: { PATH: process.env.PATH, HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
  const close = () => stop(child, folder)
  const url = `http://127.0.0.1:${port}`
  try {
    await untilAnswers(url, child)
  } catch (cause) {
    await close()
    throw new Error(`${options.script} did not start:\n${output}`, { cause })
  }
  return { url, folder, output: () => output, close }
}

/** A port that was free a moment ago: these applications can not be handed a listening socket. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP address')
  return address.port
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`)
    if (await answers(url)) return
    if (Date.now() > deadline) throw new Error('no answer within 20 seconds')
    await sleep(100)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(timer)
  }
  rmSync(folder, { recursive: true, force: true })
}
