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

/**
 * Proportional memory (PSS) of a program with all its processes, in MB (10^6 bytes): pages that several processes
 * share count once in all, in equal parts (proc_pid_smaps(5)).
 */
export function treeMemory(root: number): number {
  let kib = 0
  for (const pid of processTree(root)) {
    const rollup = readOrGone(`/proc/${pid}/smaps_rollup`)
    if (rollup !== undefined) kib += Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0)
  }
  if (kib === 0) throw new Error(`no memory of process ${root} can be read`)
  return (kib * 1024) / 1e6
}

/** A process may end between listing and reading; that is no fault. Everything else is. */
function readOrGone(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

/** The highest memory of a process tree, in MB, seen every 50 ms while `work` runs. */
export async function peakMemory(root: number, work: Promise<unknown>): Promise<number> {
  let done = false
  const settled = work.finally(() => {
    done = true
  })
  let peak = treeMemory(root)
  while (!done) {
    peak = Math.max(peak, treeMemory(root))
    await Promise.race([sleep(50), settled])
  }
  await settled
  return Math.max(peak, treeMemory(root))
}
