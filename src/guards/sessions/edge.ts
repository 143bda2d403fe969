import { hash } from 'node:crypto'
import type { Policy } from '../../config/policy.ts'
import { cookieValue, foreignCookies, SESSION_COOKIE } from '../../kernel/cookies.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import { reasons } from './reasons.ts'

/** 256 bits in base64url. */
const TOKEN_LENGTH = 43

/** Reads the session cookie, and keeps every cookie of Castellan from the upstream. */
export const sessions: EdgeGuard<Policy> = {
  id: 'sessions',
  reasons,
  compile(policy, services) {
    const portal = policy.sites.length - 1
    return {
      site(index) {
        if (index === portal) {
          return (request) => {
            request.cookie = request.headers.get('cookie') ?? ''
            return undefined
          }
        }
        const { host } = policy.sites[index]!
        return (request) => {
          const header = request.headers.get('cookie')
          if (header !== undefined) request.cookie = foreignCookies(header)
          if (request.ticket !== null && request.ticket.session !== null) {
            request.session = request.ticket.session
            return undefined
          }
          const token = cookieValue(header, SESSION_COOKIE)
          if (token === undefined || token.length !== TOKEN_LENGTH) return undefined
          const session = services.session(hash('sha256', token, 'base64url'))
          if (session !== undefined && session.site === host && session.expires > request.time) {
            request.session = session
          }
          return undefined
        }
      },
    }
  },
}
