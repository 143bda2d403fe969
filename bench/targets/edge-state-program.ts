/**
 * One process with everything of an edge in it, and the state of a large installation: see edge-state.ts. It says
 * `filled`, waits for a line, lets time pass by moving its clock, and says how many buckets are left.
 */
import { randomBytes } from 'node:crypto'
import '../../src/edge/edge.ts'
import { RateTable } from '../../src/edge/rates/table.ts'
import { SessionTable } from '../../src/edge/session-table.ts'
import '../../src/guards/edge.ts'
import type { SessionRecord } from '../../src/kernel/request.ts'

const { sessions, buckets } = JSON.parse(process.argv[2]!) as { sessions: number; buckets: number }
/** 100 requests a second, as by default; a client that came once is forgotten after 10 ms, a busy one after seconds. */
const LIMIT = { rate: 0.1, burst: 500 }
const SEGMENTS = 1024

const table = new SessionTable(() => {})
const rates = new RateTable(randomBytes(16))
const now = Date.now()

function record(n: number): SessionRecord {
  return {
    id: randomBytes(12).toString('base64url'),
    subject: randomBytes(12).toString('base64url'),
    email: `person-${n}@example.org`,
    roles: ['member'],
    site: 'app.localhost',
    expires: now + 604_800_000,
    hash: randomBytes(32).toString('base64url'),
  }
}

for (let n = 0; n < sessions; n++) {
  // As it comes over the link: parsed from one line of JSON.
  table.put(JSON.parse(JSON.stringify(record(n))) as SessionRecord)
}
for (let n = 0; n < buckets; n++) rates.take(0, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, LIMIT, now)
if (table.size !== sessions || rates.size !== buckets) throw new Error(`${table.size} sessions, ${rates.size} buckets`)
console.log('filled')

process.stdin.once('data', () => {
  rates.sweep(now + LIMIT.burst / LIMIT.rate, SEGMENTS)
  gc?.() // an idle process would collect the arrays only when it has work again
  console.log(`left ${rates.size}`)
})
