import { z } from 'zod'

/** The key `audit` of castellan.yaml. */
export const auditShape = {
  'checkpoint-to': z
    .string()
    .max(2_048)
    .regex(/^(\/|https:\/\/)/, 'allowed: an absolute path on another mount, or an https URL')
    .optional()
    .describe('Where signed checkpoints of the audit log are sent; without it a roll-back of the host is unseen.'),
}
