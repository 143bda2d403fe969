import { z } from 'zod'

/** The key `headers` of a site in castellan.yaml. */
export const headersShape = {
  'frame-options': z
    .enum(['DENY', 'SAMEORIGIN', 'none'])
    .default('SAMEORIGIN')
    .describe('X-Frame-Options where the application sets neither it nor frame-ancestors.'),
  'referrer-policy': z
    .enum(['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin', 'none'])
    .default('strict-origin-when-cross-origin')
    .describe('Referrer-Policy where the application sets none.'),
  'http-only-cookies': z
    .array(z.string().min(1).max(256))
    .max(100)
    .default([])
    .describe('Cookies of the application that no script reads, and that get HttpOnly.'),
}
