import type { Policy } from '../../config/policy.ts'
import type { ProofCase } from '../../kernel/guard.ts'
import type { Protocol } from '../../kernel/request.ts'
import { reasons } from './reasons.ts'

/** Each of them is read as another path by some server. */
const TARGETS = ['/castellan-probe/../x', '/castellan-probe/%2e%2e/x', '//castellan-probe', '/castellan-probe/./x']
const REQUESTS: readonly Protocol[] = ['http/1.1', 'h2']

export function cases({ sites }: Policy): ProofCase[] {
  const targets = TARGETS.map((path): ProofCase => {
    const expected = 'a path that can be read in two ways is refused, not repaired'
    return { control: 'request-form.target', expected, allowed: {}, forbidden: { path }, reason: reasons.target.id }
  })
  const portal = sites.at(-1)!
  const { body } = portal.limits
  return [
    ...targets,
    {
      control: 'request-form.headers',
      expected: 'a header that may come once is refused when it comes twice',
      allowed: { headers: ['referer', 'https://one.invalid/'] },
      forbidden: { headers: ['referer', 'https://one.invalid/', 'referer', 'https://two.invalid/'] },
      reason: reasons.headers.id,
    },
    {
      control: 'request-form.headers',
      expected: 'a Connection header that names a header of the message is refused',
      allowed: { headers: ['connection', 'close'] },
      forbidden: { headers: ['connection', 'close, content-type'] },
      reason: reasons.headers.id,
      over: ['http/1.1'],
    },
    {
      control: 'request-form.method',
      expected: 'TRACE is refused',
      allowed: {},
      forbidden: { method: 'TRACE' },
      reason: reasons.method.id,
      over: REQUESTS,
    },
    {
      control: 'request-form.body-size',
      expected: `a body of more than ${body} bytes is refused by the portal before it is read`,
      allowed: { host: portal.host, headers: ['content-length', '0', 'connection', 'close'] },
      forbidden: { host: portal.host, headers: ['content-length', String(body + 1), 'connection', 'close'] },
      reason: reasons['body-size'].id,
      over: ['http/1.1'],
    },
  ]
}
