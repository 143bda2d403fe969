import { z } from 'zod'
import { origin } from '../../kernel/units.ts'

/** Part of a route in castellan.yaml. */
export const originShape = {
  origins: z
    .array(origin)
    .max(100)
    .default([])
    .describe('Other origins whose pages may write here with the cookie of a signed-in person.'),
}
