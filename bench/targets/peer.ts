import type { Endpoint } from '../endpoint.ts'

/** A started proxy: what is measured, Castellan or another. */
export interface Peer {
  readonly name: string
  /** The process whose whole tree is measured. */
  readonly pid: number
  readonly plain: Endpoint
  readonly tls: Endpoint
}
