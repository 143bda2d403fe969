import { z } from 'zod'
import { rate } from '../../kernel/units.ts'

/** Part of `limits` of a site in castellan.yaml. */
export const rateLimitShape = {
  rate: rate
    .default({ count: 100, perMs: 1_000 })
    .describe('Requests a client may make in the long run: an address, an IPv6 /64, or a signed-in session.'),
  burst: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(500)
    .describe('Requests above the rate that are let through at once, as in limit_req with nodelay.'),
}
