import { z } from 'zod'
import { network } from '../../kernel/units.ts'

const networks = z.array(network).max(1_000_000).default([])

/** Part of `network` in castellan.yaml. */
export const networkShape = {
  deny: networks.describe('Networks that get no answer but 403; the most specific entry of both lists decides.'),
  allow: networks.describe('Networks that may come in; when it is not empty, everybody else is denied.'),
}
