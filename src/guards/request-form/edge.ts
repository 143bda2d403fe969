import { METHODS } from 'node:http'
import type { Policy } from '../../config/policy.ts'
import { parseAddress } from '../../kernel/address.ts'
import type { EdgeGuard } from '../../kernel/guard.ts'
import { canonicalPath, foldPath } from '../../kernel/path.ts'
import type { GateRequest } from '../../kernel/request.ts'
import type { Verdict } from '../../kernel/verdict.ts'
import { reasons } from './reasons.ts'

const UNWANTED = new Set(['CONNECT', 'TRACE', 'TRACK'])
const TAKEN: ReadonlySet<string> = new Set(METHODS.filter((method) => !UNWANTED.has(method)))
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?)(?::\d{1,5})?$/i
const LENGTH = /^\d{1,15}$/

export const requestForm: EdgeGuard<Policy> = {
  id: 'request-form',
  reasons,
  compile(policy) {
    return {
      arrival: (request) => readMethod(request) ?? readHeaders(request) ?? readHost(request) ?? readTarget(request),
      unjudged,
      site(index) {
        const limit = policy.sites[index]!.limits.body
        if (limit === 0) return undefined
        return ({ headers }) => {
          const length = headers.get('content-length')
          return length !== undefined && Number(length) > limit
            ? { reason: reasons['body-size'], detail: `${length} bytes; allowed: ${limit}` }
            : undefined
        }
      },
    }
  },
}

function readMethod({ method }: GateRequest): Verdict | undefined {
  return TAKEN.has(method) ? undefined : { reason: reasons.method, detail: method.slice(0, 40) }
}

function readHeaders({ headers }: GateRequest): Verdict | undefined {
  if (headers.malformed !== undefined) return { reason: reasons.headers, detail: headers.malformed }
  const length = headers.get('content-length')
  if (length !== undefined && !LENGTH.test(length)) return { reason: reasons.headers, detail: 'Content-Length' }
  const coding = headers.get('transfer-encoding')
  if (coding !== undefined && (length !== undefined || coding.toLowerCase() !== 'chunked')) {
    return { reason: reasons.headers, detail: 'Transfer-Encoding' }
  }
  const expect = headers.get('expect')
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') return { reason: reasons.expectation }
  return undefined
}

/** Hosts by the authorities that were found good; nearly every request repeats one. */
const hosts = new Map<string, string>()
const CACHED_HOSTS = 4_096

function readHost(request: GateRequest): Verdict | undefined {
  const { authority } = request
  const host = hosts.get(authority) ?? parseHost(authority)
  if (host === undefined) return { reason: reasons.host, detail: authority.slice(0, 100) }
  request.host = host
  return undefined
}

function parseHost(authority: string): string | undefined {
  const name = AUTHORITY.exec(authority)?.[1]?.toLowerCase()
  if (name === undefined) return undefined
  const host = name.startsWith('[') ? parseAddress(name.slice(1, -1))?.text : name
  if (host !== undefined && hosts.size < CACHED_HOSTS) hosts.set(authority, host)
  return host
}

/** Judged as it stands and sent on byte for byte, so that the upstream reads what the rules saw. */
function readTarget(request: GateRequest): Verdict | undefined {
  const { target } = request
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const canonical = canonicalPath(path)
  if ('ambiguous' in canonical) return { reason: reasons.target, detail: canonical.ambiguous }
  const query = mark < 0 ? '' : target.slice(mark + 1)
  if (!isPlainQuery(query)) return { reason: reasons.target, detail: 'query' }
  request.path = canonical.path
  request.query = query
  request.readings = canonical.readings
  request.folded = fold(canonical.readings)
  return undefined
}

/** Reads host and path as a careless program does. */
function unjudged(request: GateRequest): void {
  const [path = '', query = ''] = request.target.split('?', 2)
  request.host = request.authority.replace(/:\d*$/, '').toLowerCase()
  request.path = path
  request.query = query
  request.readings = [path]
  request.folded = [foldPath(path)]
}

const UNFOLDED = /[A-Z\x80-\uffff]/
const ODD_QUERY = /[^\x21\x22\x24-\x7e]/

function isPlainQuery(query: string): boolean {
  return !ODD_QUERY.test(query)
}

function fold(readings: readonly string[]): readonly string[] {
  if (readings.length === 1 && !UNFOLDED.test(readings[0]!)) return readings
  return [...new Set(readings.map(foldPath))]
}
