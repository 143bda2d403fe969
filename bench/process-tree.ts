import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Process ids of a program and all its descendants. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readOrGone(`/proc/${name}/stat`)
    // The name in parentheses may hold anything; the parent is the second field after the last one (proc_pid_stat(5)).
    if (stat !== undefined) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const tree = [root]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

/** A process may end between listing and reading; that is no fault. Everything else is. */
export function readOrGone(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

/** Clock ticks a second in /proc (USER_HZ): 100 on every architecture that Castellan runs on. */
const TICKS = 100

/** Processor time that the living processes of a tree have used since they started, in seconds (proc_pid_stat(5)). */
export function treeCpu(root: number): number {
  const ticks = processTree(root).map((pid) => {
    const stat = readOrGone(`/proc/${pid}/stat`)
    if (stat === undefined) return 0
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12]) // utime and stime, counted from the state
  })
  return ticks.reduce((sum, n) => sum + n, 0) / TICKS
}

const QUIET_SHARE = 0.03

/**
 * Waits until a program has finished what it does after its start (its first proofs, say): no process comes or goes and
 * it uses next to no processor for two seconds. Throws when it does not come to rest within two minutes.
 */
export async function atRest(root: number): Promise<void> {
  const deadline = Date.now() + 120_000
  for (let quiet = 0; quiet < 4; ) {
    if (Date.now() > deadline)
      throw new Error(`process ${root} does not come to rest: ${processTree(root).length} processes`)
    const [before, processes] = [treeCpu(root), processTree(root).join()]
    await sleep(500)
    const used = (treeCpu(root) - before) / 0.5
    quiet = used < QUIET_SHARE && processTree(root).join() === processes ? quiet + 1 : 0
  }
}
