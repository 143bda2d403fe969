/**
 * Runs inside an edge of a test installation, put there in place of its entry point: what code could do that an
 * attacker brought into an edge. Every attempt reports what became of it; none of them may succeed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'

/** What was tried, and the error that stopped it; null when it worked. */
export type Attempts = Record<string, string | null>

export interface Targets {
  /** Attempts that are not made. */
  readonly passedOver: readonly string[]
  readonly supervisor: number
  readonly control: number
  readonly log: number
  /** A folder of control alone, and a socket of the operator alone. */
  readonly state: string
  readonly operatorSocket: string
  readonly auditFolder: string
  readonly logFolder: string
  /** Where control keeps the policy that it signed last, which edges may read. */
  readonly policyFolder: string
}

/** Tries everything, one after the other. */
export async function attack(targets: Targets): Promise<Attempts> {
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
  await attempt('open SQLite', () => import('node:sqlite'))
  await attempt('open SQLite through process.getBuiltinModule', () => {
    if (process.getBuiltinModule('node:sqlite') === undefined) throw new Error('no such module')
  })
  await attempt('run a program', async () => (await import('node:child_process')).execFileSync('/bin/true'))
  await attempt(
    'start a worker thread',
    async () => new (await import('node:worker_threads')).Worker('1', { eval: true }),
  )
  await attempt('open the debugger', async () => (await import('node:inspector')).open(0, '127.0.0.1'))
  await attempt('load native code', () =>
    process.dlopen({ exports: {} } as never, '/usr/lib/x86_64-linux-gnu/libc.so.6'),
  )
  await attempt('use an internal binding', () =>
    (process as unknown as { binding(name: string): unknown }).binding('fs'),
  )
  for (const [name, pid] of [
    ['supervisor', targets.supervisor],
    ['control', targets.control],
    ['log writer', targets.log],
  ] as const) {
    await attempt(`signal the ${name}`, () => process.kill(pid, 0))
    await attempt(`open the debugger of the ${name}`, () =>
      (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid),
    )
    await attempt(`read the memory of the ${name}`, () => readFileSync(`/proc/${pid}/mem`))
    await attempt(`read the environment of the ${name}`, () => readFileSync(`/proc/${pid}/environ`))
    await attempt(`list the descriptors of the ${name}`, () => readdirSync(`/proc/${pid}/fd`))
  }
  await attempt('read the database', () => readFileSync(`${targets.state}/castellan.db`))
  await attempt('list the folder of control', () => readdirSync(targets.state))
  await attempt('list the audit log', () => readdirSync(targets.auditFolder))
  await attempt('write into the audit log', () => writeFileSync(`${targets.auditFolder}/x`, 'x'))
  await attempt('write an access log', () => writeFileSync(`${targets.logFolder}/x`, 'x'))
  await attempt('replace the policy that control signed', () =>
    writeFileSync(`${targets.policyFolder}/last.signed`, 'x'),
  )
  await attempt('put a file beside the policy that control signed', () =>
    writeFileSync(`${targets.policyFolder}/x`, 'x'),
  )
  await attempt('write a file in /tmp', () => writeFileSync('/tmp/castellan-edge-was-here', 'x'))
  await attempt('read the password file', () => readFileSync('/etc/passwd'))
  await attempt("connect to the operator's socket", () => dial(targets.operatorSocket))
  await attempt('become root', () => process.setuid!(0))
  await attempt('become control', () => process.seteuid!(64_932))
  return attempts
}

function dial(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connect(path).on('connect', resolve).on('error', reject)
  })
}
