import type { Policy } from '../../config/policy.ts'
import type { ProbeRequest, ProofCase } from '../../kernel/guard.ts'
import { type WayIn, waysIn } from '../../kernel/way-in.ts'
import { reasons } from './reasons.ts'

const MAX_SITES = 20
const FOREIGN = 'https://castellan-probe.invalid'
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** A write and a WebSocket of a signed-in person, from a page of the site and from a page of another one. */
export function cases({ sites, origins }: Policy): ProofCase[] {
  return sites
    .slice(0, -1)
    .slice(0, MAX_SITES)
    .flatMap((site, index) => {
      const asks = ({ roles }: WayIn) => roles !== null
      const write = waysIn(site, 'POST').find((way) => asks(way) && WRITES.has(way.method))
      const socket = waysIn(site).find((way) => asks(way) && way.method === 'GET')
      const pair = (way: WayIn, over: ProofCase['over'] & {}): ProofCase => {
        const { method, path, roles, from } = way
        const base: ProbeRequest = {
          host: site.host,
          method,
          path,
          as: { roles: roles! },
          ...(from === undefined ? {} : { from }),
        }
        return {
          control: 'origin.cross-site',
          expected: 'with the cookie of a person, what a page of another site causes is refused',
          allowed: { ...base, headers: ['origin', origins[index]!] },
          forbidden: { ...base, headers: ['origin', FOREIGN] },
          reason: reasons['cross-site'].id,
          over,
        }
      }
      return [
        ...(write === undefined ? [] : [pair(write, ['http/1.1', 'h2'])]),
        ...(socket === undefined ? [] : [pair(socket, ['websocket'])]),
      ]
    })
}
