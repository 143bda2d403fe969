import { z } from 'zod'

/** The key `accounts` of castellan.yaml. */
export const accountsShape = {
  'password-length': z.int().min(8).max(128).default(12).describe('Shortest password that is accepted.'),
  'password-score': z.int().min(0).max(4).default(3).describe('Lowest zxcvbn score that is accepted, 0 to 4.'),
}
