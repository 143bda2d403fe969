/**
 * Runs in the posture helper of a test, in place of its look at the installation: what code could do that an attacker
 * brought into the process by a file that it reads. Attempts to read may succeed; no other may.
 */
import { createSocket } from 'node:dgram'
import dns from 'node:dns/promises'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import type { Attempts } from './injected.ts'

export interface HelperTargets {
  /** Attempts that are not made. */
  readonly passedOver: readonly string[]
  /** Process ids. */
  readonly others: Readonly<Record<string, number>>
  /** Folder of control alone, with its database. */
  readonly state: string
  readonly auditFolder: string
  readonly operatorSocket: string
  /** Port of loopback at which somebody listens. */
  readonly port: number
}

export interface HelperReport {
  /** The fences of the operating system, from /proc. */
  readonly status: string
  readonly attempts: Attempts
}

/** Tries everything, one after the other. */
export async function attackFromHelper(folder: string): Promise<HelperReport> {
  const targets = JSON.parse(readFileSync(join(folder, 'targets.json'), 'utf8')) as HelperTargets
  const attempts: Attempts = {}
  const attempt = async (name: string, act: () => unknown) => {
    if (targets.passedOver.includes(name)) return
    try {
      await act()
      attempts[name] = null
    } catch (error) {
      attempts[name] = error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? error.name}` : String(error)
    }
  }
  const { state } = targets
  const database = join(state, 'castellan.db')
  const env = join(folder, '.env')

  await attempt('read a file of mode 0600', () => readFileSync(env))
  await attempt('list a folder of mode 0700', () => readdirSync(join(folder, 'closed')))

  await attempt('write a new file in the installation', () => writeFileSync(join(folder, 'x'), 'x'))
  await attempt('write into a file of the installation', () => appendFileSync(env, 'x'))
  await attempt('empty a file of the installation', () => truncateSync(env))
  await attempt('remove a file of the installation', () => rmSync(env))
  await attempt('rename a file of the installation', () => renameSync(env, `${env}.old`))
  await attempt('open a file of the installation to others', () => chmodSync(env, 0o666))
  await attempt('take a file of the installation over', () => chownSync(env, process.getuid!(), process.getgid!()))
  await attempt('set the time of a file', () => utimesSync(env, 1, 1))
  await attempt('link a file elsewhere', () => linkSync(env, '/tmp/castellan-posture-link'))
  await attempt('make a symbolic link in the installation', () => symlinkSync('/etc/shadow', join(folder, 'link')))
  await attempt('make a folder in the installation', () => mkdirSync(join(folder, 'made')))
  await attempt('write a file in /tmp', () => writeFileSync('/tmp/castellan-posture-was-here', 'x'))
  await attempt('write into its own standard error file', () => writeFileSync('/proc/self/fd/2', 'x', { flag: 'r+' }))

  await attempt('open the database for writing', () => openSync(database, 'r+'))
  await attempt('append to the database', () => appendFileSync(database, 'x'))
  await attempt('put a journal beside the database', () => writeFileSync(`${database}-journal`, 'x'))
  await attempt('open SQLite and write', async () => {
    const { DatabaseSync } = await import('node:sqlite')
    new DatabaseSync(database).exec("UPDATE claims SET state = 'holds'; CREATE TABLE mine (a)")
  })
  await attempt('write into the audit log', () => writeFileSync(join(targets.auditFolder, 'x'), 'x'))

  for (const [name, pid] of Object.entries(targets.others)) {
    await attempt(`signal the ${name}`, () => process.kill(pid, 0))
    await attempt(`open the debugger of the ${name}`, () =>
      (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid),
    )
    await attempt(`read the memory of the ${name}`, () => readFileSync(`/proc/${pid}/mem`))
    await attempt(`write the memory of the ${name}`, () => openSync(`/proc/${pid}/mem`, 'r+'))
    await attempt(`read the environment of the ${name}`, () => readFileSync(`/proc/${pid}/environ`))
    await attempt(`see what the ${name} has open`, () => readlinkSync(`/proc/${pid}/fd/0`))
  }

  await attempt('connect over TCP', () => dial({ host: '127.0.0.1', port: targets.port }))
  await attempt("connect to the operator's socket", () => dial({ path: targets.operatorSocket }))
  await attempt('send over UDP', () => datagram(targets.port))
  await attempt('listen on a port', () => listen())
  await attempt('fetch', () => fetch(`http://127.0.0.1:${targets.port}/`))
  await attempt('ask a name server', () => dns.resolve('example.org'))

  await attempt('run a program', async () => (await import('node:child_process')).execFileSync('/bin/true'))
  await attempt('start a worker thread', async () => {
    const { Worker } = await import('node:worker_threads')
    return new Worker('1', { eval: true })
  })
  await attempt('open the debugger', async () => (await import('node:inspector')).open(0, '127.0.0.1'))
  await attempt('load native code', () =>
    process.dlopen({ exports: {} } as never, '/usr/lib/x86_64-linux-gnu/libc.so.6'),
  )
  await attempt('become root', () => process.setuid!(0))
  await attempt('become control', () => process.setuid!(64_932))
  await attempt('join the group of root', () => process.setgroups!([0]))
  return { status: readFileSync('/proc/self/status', 'utf8'), attempts }
}

function dial(where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    connect(where as never)
      .on('connect', resolve)
      .on('error', reject)
  })
}

function datagram(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    createSocket('udp4')
      .on('error', reject)
      .send('x', port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)))
  })
}

function listen(): Promise<void> {
  return new Promise((resolve, reject) => {
    createServer().on('error', reject).listen(0, resolve)
  })
}
