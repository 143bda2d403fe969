import type { Policy } from '../../config/policy.ts'
import type { Observation, Probe, ProbeAnswer } from '../../kernel/guard.ts'
import { answerText, headerOf, observing } from '../../kernel/observe.ts'
import { waysIn } from '../../kernel/way-in.ts'

const TELLTALES = ['server', 'x-powered-by', 'x-aspnet-version', 'x-aspnetmvc-version', 'x-runtime']

/** Looks at an answer of the gate itself, and at one of the application: a GET of the path that the site names. */
export async function observe(probe: Probe<Policy>): Promise<Observation[]> {
  const { door, policy } = probe
  if (door.protocol === 'websocket' || (!door.secure && policy.config['http-mode'] === 'redirect')) return []
  const site = policy.sites.slice(0, -1).find((candidate) => waysIn(candidate).length > 0)
  const added = observing('headers.added', 'answers carry the headers that the application left out')
  const removed = observing('headers.removed', 'answers do not tell which software the application runs on')
  if (site === undefined) {
    const why = 'no site lets anybody in, so no application can be asked'
    return [added.seen(undefined, why), removed.seen(undefined, why)]
  }
  const own = await probe.send({ host: site.host })
  const answer = await probe.send({ host: site.host, method: 'GET', path: site.health, passes: true })
  if (answer.reason !== '' || answer.status === 0) {
    const why = `the application was not reached at ${site.health}: ${answerText(answer)}`
    return [added.seen(undefined, why), removed.seen(undefined, why)]
  }
  const missing = [...new Set([...missingIn(own, site), ...missingIn(answer, site)])]
  const told = TELLTALES.filter((name) => headerOf(answer, name) !== '')
  return [
    added.seen(missing.length === 0, missing.length === 0 ? 'all there' : `missing: ${missing.join(', ')}`),
    removed.seen(told.length === 0, told.length === 0 ? 'none there' : `told: ${told.join(', ')}`),
  ]
}

function missingIn(answer: ProbeAnswer, { headers }: Policy['sites'][number]): string[] {
  const framed = headerOf(answer, 'content-security-policy').includes('frame-ancestors')
  const wanted = [
    'x-content-type-options',
    ...(headers['frame-options'] === 'none' || framed ? [] : ['x-frame-options']),
    ...(headers['referrer-policy'] === 'none' ? [] : ['referrer-policy']),
  ]
  return wanted.filter((name) => headerOf(answer, name) === '')
}
