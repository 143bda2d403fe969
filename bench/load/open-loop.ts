import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { run } from '../process.ts'

export interface Offer {
  readonly endpoint: Endpoint
  /** Requests a second, whether or not answers come. */
  readonly rate: number
  readonly seconds: number
  readonly connections: number
}

/** Milliseconds from when a request was due until its answer was complete. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly requests: number
}

const CLIENT = fileURLToPath(new URL('open-loop-client.ts', import.meta.url))

/**
 * Latency at an offered rate. The loop is open: a request is due at its time even when earlier answers are late, and
 * waiting counts, for a free connection too. (wrk's closed loop leaves out just those waits: coordinated omission.)
 */
export async function openLoop(offer: Offer): Promise<Latency> {
  const output = await run(process.execPath, [CLIENT, JSON.stringify(offer)], { core: LOAD_CORE })
  return JSON.parse(output) as Latency
}
