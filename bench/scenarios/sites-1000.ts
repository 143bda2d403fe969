import { type Aim, wrk } from '../load/wrk.ts'
import { bar, type Scenario } from '../scenario.ts'
import { paired } from '../stats.ts'
import { type Settings, startCastellan, WIDE_LIMITS } from '../targets/castellan.ts'
import { startUpstream } from '../targets/upstream.ts'
import { throughput } from '../throughput.ts'

const SITES = 1000
const ROUTES = 10

const siteName = (i: number): string => (i === 0 ? 'app.localhost' : `site-${i}.localhost`)

const manySites: Settings['sites'] = (upstream) =>
  Array.from({ length: SITES }, (_, i) => ({
    host: siteName(i),
    routes: Array.from({ length: ROUTES }, (_, n) => ({ path: n === 0 ? '/' : `/part-${n}`, upstream })),
    access: [{ allow: 'public' }],
    limits: WIDE_LIMITS,
  }))

/** One site with one route: the least that there can be to search. */
const oneSite: Settings['sites'] = (upstream) => [{ ...manySites(upstream)[0], routes: [{ path: '/', upstream }] }]

/** Requests over all routes of so many sites; always as many different ones, so that the load costs the same. */
function aims(sites: number): Aim[] {
  return Array.from({ length: SITES * ROUTES }, (_, i) => ({
    host: siteName(Math.floor(i / ROUTES) % sites),
    path: `/part-${i % ROUTES}/page`,
  }))
}

export const sites1000: Scenario = {
  id: 'sites-1000',
  title: '1,000 sites with ten routes each, against one site',
  async run(bench, stack) {
    const upstream = await startUpstream(bench, stack)
    const one = await startCastellan(bench, stack, 'one site', upstream.port, { sites: oneSite })
    const many = await startCastellan(bench, stack, '1,000 sites', upstream.port, { sites: manySites })
    const rows = await throughput(bench, upstream, [
      { name: one.name, pid: one.pid, endpoint: one.plain, drive: wrk(bench, aims(1)) },
      { name: many.name, pid: many.pid, endpoint: many.plain, drive: wrk(bench, aims(SITES)) },
    ])
    const cost = paired(rows[1]!.samples, rows[0]!.samples, (a, b) => (1 - a / b) * 100)
    return {
      rows,
      bars: [bar('cost of 1,000 sites with ten routes each', '%', cost, 'below', 5)],
      notes: [
        'Plain HTTP/1.1, public access; wrk takes turns over 10,000 prepared requests in both cases.',
        'The one site has one route.',
        `Ready with one site after ${Math.round(one.readyMs)} ms, with 1,000 after ${Math.round(many.readyMs)} ms.`,
      ],
    }
  },
}
