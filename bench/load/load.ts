import type { Endpoint } from '../endpoint.ts'

/** What one run of closed-loop load saw. */
export interface Load {
  readonly requests: number
  readonly seconds: number
}

/** Drives an endpoint as fast as it answers, for so many seconds. Throws when any request failed. */
export type Drive = (endpoint: Endpoint, seconds: number) => Promise<Load>

/** Connections of every closed-loop load; keep-alive. */
export const CONNECTIONS = 32
