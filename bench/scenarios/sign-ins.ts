import { type Latency, openLoop } from '../load/open-loop.ts'
import { signInAll } from '../load/sign-ins.ts'
import { type Bench, bar, row, type Scenario } from '../scenario.ts'
import type { Person } from '../sign-in.ts'
import { median, paired } from '../stats.ts'
import { addUser, type Castellan } from '../targets/castellan.ts'
import { startArmed } from '../targets/castellan-armed.ts'
import { startUpstream } from '../targets/upstream.ts'

const PEOPLE = 50
/** Other traffic, requests a second: a busy site, and well below what one core can do. */
const RATE = 2000
/** Above this the queue of an open loop grows without end, and a difference says nothing. */
const OVERLOADED_MS = 100

/** Each has an address of their own, as people have. */
const people: readonly Person[] = Array.from({ length: PEOPLE }, (_, i) => ({
  email: `person-${i}@example.org`,
  password: `of-person-${i}-bq7Zt-vU4xw-91`,
  from: `127.2.0.${i + 1}`,
}))

/** Latency of the other traffic, in a run with all sign-ins at once or without any. */
async function traffic(bench: Bench, { tls }: Castellan, busy: boolean): Promise<{ seen: Latency; took: number }> {
  const seconds = bench.quick ? 5 : bench.seconds
  const load = openLoop({ endpoint: tls, rate: RATE, seconds, connections: 32 })
  // They begin when the load has warmed up.
  const [seen, took] = await Promise.all([load, busy ? signInAll(tls, people, seconds * 300) : 0])
  return { seen, took }
}

export const signIns: Scenario = {
  id: 'sign-ins',
  title: '50 sign-ins at once: p99 of other traffic',
  async run(bench, stack) {
    const upstream = await startUpstream(bench, stack)
    const castellan = await startArmed(bench, stack, upstream.port)
    for (const person of people) await addUser(castellan, person)
    await traffic(bench, castellan, true) // warm-up
    const [without, during, took]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < bench.runs; round++) {
      without.push((await traffic(bench, castellan, false)).seen.p99)
      const busy = await traffic(bench, castellan, true)
      during.push(busy.seen.p99)
      took.push(busy.took)
      bench.say(`p99 ${without.at(-1)!.toFixed(2)} ms without, ${during.at(-1)!.toFixed(2)} ms with sign-ins`)
    }
    if (median(without) > OVERLOADED_MS) {
      throw new Error(
        `${RATE} requests/s are more than this machine bears now (p99 ${median(without)} ms without sign-ins)`,
      )
    }
    const rise = paired(during, without, (a, b) => a - b)
    return {
      rows: [
        row('p99 without sign-ins', 'ms', without),
        row('p99 with 50 sign-ins', 'ms', during),
        row('until the last was in', 's', took),
      ],
      bars: [bar('rise of p99 of other traffic', 'ms', rise, 'below', 5)],
      notes: [
        `Other traffic: ${RATE} requests/s offered, open loop, HTTP/1.1 over TLS, a signed-in session, all guards on.`,
        'All processes of Castellan, the one that hashes passwords too, share one core.',
      ],
    }
  },
}
