import { setTimeout as sleep } from 'node:timers/promises'
import { processTree, readOrGone } from './process-tree.ts'

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
