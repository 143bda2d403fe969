import { randomBytes } from 'node:crypto'
import type { Policy } from '../../config/policy.ts'
import { SESSION_COOKIE } from '../../kernel/cookies.ts'
import type { ProbeRequest, ProofCase } from '../../kernel/guard.ts'
import { waysIn } from '../../kernel/way-in.ts'

const MAX_SITES = 20

/** A session that control knows signs in; a cookie of the right form that nobody gave out does not. */
export function cases({ sites }: Policy): ProofCase[] {
  return sites
    .slice(0, -1)
    .slice(0, MAX_SITES)
    .flatMap(({ host, ...site }) => {
      const way = waysIn(site).find(({ roles }) => roles !== null)
      if (way === undefined) return []
      const { method, path, roles, from } = way
      const base: ProbeRequest = { host, method, path, ...(from === undefined ? {} : { from }) }
      const cookie = `${SESSION_COOKIE}=${randomBytes(32).toString('base64url')}`
      const pair: ProofCase = {
        control: 'sessions.forged',
        expected: 'a made-up session cookie signs nobody in',
        allowed: { ...base, as: { roles: roles! } },
        forbidden: { ...base, as: null, headers: ['cookie', cookie] },
        reason: 'access.sign-in',
      }
      return [method === 'GET' ? pair : { ...pair, over: ['http/1.1', 'h2'] as const }]
    })
}
