import { z } from 'zod'
import { network } from '../../kernel/units.ts'

/** Part of `network` in castellan.yaml. */
export const clientAddressShape = {
  'trusted-proxies': z
    .array(network)
    .max(1_000)
    .default([])
    .describe('Networks of the proxies in front of Castellan whose X-Forwarded-For is believed; nobody else is.'),
}
