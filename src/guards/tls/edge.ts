import { isIP } from 'node:net'
import type { Policy } from '../../config/policy.ts'
import type { EdgeGuard, ResponseStep } from '../../kernel/guard.ts'
import { reasons } from './reasons.ts'

const TWO_YEARS = 63_072_000

export const tls: EdgeGuard<Policy> = {
  id: 'tls',
  reasons,
  compile(policy) {
    return {
      arrival({ secure, serverName, host }) {
        if (!secure || serverName === host || (serverName === '' && isIP(host) !== 0)) return undefined
        return { reason: reasons['server-name'], detail: serverName }
      },
      response: (index) => strictTransport(policy.sites[index]!.host),
    }
  },
}

/** On `.localhost` a long promise would bind every other program of this machine (RFC 6797). */
function strictTransport(host: string): ResponseStep | undefined {
  if (isIP(host) !== 0) return undefined
  const local = host === 'localhost' || host.endsWith('.localhost')
  const floor = local ? 300 : TWO_YEARS
  const value = local ? 'max-age=300' : `max-age=${TWO_YEARS}; includeSubDomains`
  return (request, headers) => {
    if (!request.secure) return
    const index = headers.indexOf('strict-transport-security')
    if (index < 0) headers.push('strict-transport-security', value)
    else if (maxAge(headers[index + 1]!) < floor) headers[index + 1] = value
  }
}

function maxAge(value: string): number {
  return Number(/max-age\s*=\s*"?(\d{1,12})/i.exec(value)?.[1] ?? 0)
}
