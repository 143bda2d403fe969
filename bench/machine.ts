import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** The program under test, with all its processes, has one core; load and upstream share the other. */
export const PROXY_CORE = 1
export const LOAD_CORE = 0

const PACKAGES = {
  nginx: 'nginx',
  caddy: 'caddy',
  wrk: 'wrk',
  h2load: 'nghttp2-client',
  openssl: 'openssl',
  taskset: 'util-linux',
}

/** Debian packages to install before anything can be measured; empty when all is there. */
export function missingPackages(): string[] {
  return Object.entries(PACKAGES)
    .filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
    .map(([, debian]) => debian)
}

/** What was measured on what: everything that a reader needs to do it again. */
export function versions(): Record<string, string> {
  return {
    cpu: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    nginx: firstLine('nginx', '-v').replace('nginx version: ', ''),
    caddy: firstLine('caddy', 'version'),
    wrk: firstLine('wrk', '-v').replace(/ Copyright.*/, ''),
    h2load: firstLine('h2load', '--version'),
    openssl: firstLine('openssl', 'version'),
  }
}

function firstLine(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' })
  return (stdout || stderr).split('\n')[0]!.trim()
}

/** Keeps this process, and what it starts without a core of its own, off the core of the program under test. */
export function pinSelf(core: number): void {
  const { status, stderr } = spawnSync('taskset', ['-a', '-cp', String(core), String(process.pid)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the benchmark needs two cores: ${stderr.trim()}`)
}

/** Ticks that each core was busy and all its ticks, since boot (proc_stat(5)). */
function coreTicks(core: number): { busy: number; all: number } {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1]
  if (line === undefined) throw new Error(`no core ${core} in /proc/stat`)
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0] = line.split(' ').map(Number)
  const busy = user + nice + system + irq + softirq
  return { busy, all: busy + idle + iowait }
}

/** Starts a stopwatch: its result is the share (0..1) of time since then that the core worked, kernel included. */
export function watchCore(core: number): () => number {
  const before = coreTicks(core)
  return () => {
    const after = coreTicks(core)
    return (after.busy - before.busy) / Math.max(1, after.all - before.all)
  }
}

/** Open files that a process started from here may have. */
export function openFilesLimit(): number {
  const limit = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
}
