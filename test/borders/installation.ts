import { spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../helpers/gate.ts'
import type { Attempts, Targets } from './injected.ts'

const root = resolve(import.meta.dirname, '../..')

/** What Node's permission model alone keeps an edge from; an operating system lets every program do it. */
const SECOND_FENCE = [
  'open SQLite',
  'open SQLite through process.getBuiltinModule',
  'run a program',
  'start a worker thread',
  'open the debugger',
  'load native code',
  'use an internal binding',
  'write a file in /tmp',
  'read the password file',
]

/** How an injected edge is started. */
export interface Scenario {
  /** Words in front of the program, such as `unshare …`. */
  readonly wrapper?: readonly string[]
  /** Takes Node's permission model away from edges, so that only the operating system is left. */
  readonly withoutPermissionModel?: boolean
}

/** Starts an installation whose edge runs foreign code, and returns what that code achieved. */
export async function attackFromWithin({ wrapper = [], withoutPermissionModel = false }: Scenario): Promise<Attempts> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-borders-'))
  try {
    plant(folder, withoutPermissionModel)
    return await run(folder, wrapper, withoutPermissionModel ? SECOND_FENCE : [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A copy of the program whose edge, once it serves, does as the attacker wants. */
function plant(folder: string, withoutPermissionModel: boolean): void {
  chmodSync(folder, 0o755)
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  cpSync(join(import.meta.dirname, 'injected.ts'), join(folder, 'src/edge/injected.ts'))
  appendFileSync(
    join(folder, 'src/edge/main.ts'),
    `
import { existsSync, readFileSync } from 'node:fs'
import { attack } from './injected.ts'
if (boot.index === 0 && !boot.scratch) {
  const file = ${JSON.stringify(join(folder, 'targets.json'))}
  const timer = setInterval(async () => {
    if (!existsSync(file)) return
    clearInterval(timer)
    console.log('ATTEMPTS ' + JSON.stringify(await attack(JSON.parse(readFileSync(file, 'utf8')))))
  }, 50)
}
`,
  )
  const modules = `'--allow-fs-read=${join(root, 'node_modules')}'`
  if (withoutPermissionModel) edit(join(folder, 'src/supervisor/supervisor.ts'), '...edgeFlags(paths.policy)', '')
  edit(join(folder, 'src/supervisor/processes.ts'), "'--allow-net',", `'--allow-net', ${modules},`)
}

function edit(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8')
  if (!text.includes(before)) throw new Error(`${file} has no ${before}`)
  writeFileSync(file, text.replaceAll(before, after))
}

async function run(folder: string, wrapper: readonly string[], passedOver: readonly string[]): Promise<Attempts> {
  const port = await freePort()
  const data = join(folder, 'data')
  const program = [
    process.execPath,
    join(folder, 'src/main.ts'),
    'guard',
    'http://127.0.0.1:9',
    '--data',
    data,
    '--listen',
    `127.0.0.1:${port}`,
    '--json',
  ]
  const [command = '', ...args] = [...wrapper, ...program]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((done) => child.on('close', () => done()))
  let noise = ''
  const result = Promise.withResolvers<Attempts>()
  createInterface({ input: child.stderr }).on('line', (line) => {
    noise += `${line}\n`
    const found = /ATTEMPTS (\{.*\})$/.exec(line)?.[1]
    if (found !== undefined) result.resolve(JSON.parse(found))
  })
  void ended.then(() => result.reject(new Error(`castellan ended: ${noise}`)))
  try {
    await new Promise<void>((ready) => createInterface({ input: child.stdout }).once('line', () => ready()))
    writeFileSync(join(folder, 'targets.json'), JSON.stringify({ passedOver, ...findTargets(child.pid!, data) }), {
      mode: 0o644,
    })
    return await result.promise
  } finally {
    process.kill(supervisorOf(child.pid!), 'SIGTERM')
    await ended
  }
}

/** A wrapper may have put a process of its own in front. */
function supervisorOf(pid: number): number {
  const [child] = childrenOf(pid)
  return commandOf(pid).startsWith(process.execPath) || child === undefined ? pid : supervisorOf(child)
}

/** Process ids as they are within the namespace of the installation. */
function findTargets(pid: number, data: string): Omit<Targets, 'passedOver'> {
  const supervisor = supervisorOf(pid)
  const of = (script: string) =>
    innerPid(childrenOf(supervisor).find((child) => commandOf(child).includes(script)) ?? 0)
  const operatorSocket = readFileSync(`/proc/${supervisor}/net/unix`, 'utf8').match(/\S+operator\.sock/)?.[0] ?? ''
  return {
    supervisor: innerPid(supervisor),
    control: of('control/main'),
    log: of('helpers/log/main'),
    state: join(data, 'state'),
    auditFolder: join(data, 'audit'),
    logFolder: join(data, 'log'),
    operatorSocket,
    policyFolder: join(dirname(dirname(operatorSocket)), 'policy'),
  }
}

function innerPid(pid: number): number {
  const ids = /^NSpid:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(ids?.trim().split(/\s+/).at(-1) ?? pid)
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
}
