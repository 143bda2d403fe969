import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PROXY_CORE } from '../machine.ts'
import { treeMemory } from '../memory.ts'
import { line, start } from '../process.ts'

export const SESSIONS = 100_000
export const BUCKETS = 1_000_000

export interface EdgeState {
  /** Proportional memory of the filled process, in MB. */
  readonly megabytes: number
  /** The same after the buckets were reclaimed, and after a collection. */
  readonly megabytesAfter: number
  /** Rate buckets still held after all of them were full again. */
  readonly bucketsLeft: number
}

const PROGRAM = fileURLToPath(new URL('edge-state-program.ts', import.meta.url))

/** Fills the edge's own session table and rate table in a process that has the whole edge loaded. */
export async function fillEdge(): Promise<EdgeState> {
  const state = JSON.stringify({ sessions: SESSIONS, buckets: BUCKETS })
  await using edge = start(process.execPath, ['--expose-gc', PROGRAM, state], { core: PROXY_CORE })
  await line(edge, (text) => (text === 'filled' ? true : undefined), 60_000)
  await sleep(1000)
  const megabytes = treeMemory(edge.pid)
  const left = line(edge, (text) => /^left (\d+)$/.exec(text)?.[1], 10_000)
  edge.process.stdin!.write('\n')
  const bucketsLeft = Number(await left)
  await sleep(1000)
  return { megabytes, megabytesAfter: treeMemory(edge.pid), bucketsLeft }
}
