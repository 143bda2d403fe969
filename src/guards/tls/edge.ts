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
    const name = headers.findIndex((text, index) => index % 2 === 0 && text === 'strict-transport-security')
    if (name < 0) headers.push('strict-transport-security', value)
    else if (maxAge(headers[name + 1]!) < floor) headers[name + 1] = raised(headers[name + 1]!, value)
  }
}

/** Longer than the application's own, and with everything else that it promised. */
function raised(own: string, value: string): string {
  const directives = own.split(';').map((directive) => directive.trim())
  const others = directives.filter((directive) => directive !== '' && !/^max-age\s*=/i.test(directive))
  const missing = others.filter((directive) => !value.toLowerCase().includes(directive.toLowerCase()))
  return [value, ...missing].join('; ')
}

function maxAge(value: string): number {
  return Number(/max-age\s*=\s*"?(\d{1,12})/i.exec(value)?.[1] ?? 0)
}
