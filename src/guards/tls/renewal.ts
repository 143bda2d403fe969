import { createHash } from 'node:crypto'

const MINUTE = 60_000

/** The part of its life after which a certificate is renewed, as Let's Encrypt and RFC 9773 section 4.2 suggest. */
const RENEWED_AT = 2 / 3

/** Renewals of many hosts are spread over this part of the life, before the two thirds. */
const SPREAD = 0.02

/**
 * When a certificate is to be renewed, in ms since the epoch: at two thirds of its life, less a share of two hundredths
 * that depends on the host, so that a thousand sites don't ask at once and a restart changes nothing.
 */
export function renewalTime({ notBefore, notAfter }: { notBefore: number; notAfter: number }, host: string): number {
  const share = createHash('sha256').update(host).digest().readUInt32BE() / 2 ** 32
  return notBefore + (notAfter - notBefore) * (RENEWED_AT - SPREAD * share)
}

/**
 * The wait after the nth failure in a row, in ms: 5 minutes, doubled each time, 12 hours at most, give or take a fifth.
 * Let's Encrypt takes five failed validations of a name an hour; this makes four.
 */
export function backOff(failures: number): number {
  const wait = Math.min(5 * MINUTE * 2 ** (failures - 1), 720 * MINUTE)
  return wait * (0.8 + 0.4 * Math.random())
}
