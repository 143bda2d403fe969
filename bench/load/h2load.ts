import { url } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { run } from '../process.ts'
import { CONNECTIONS, type Drive } from './load.ts'

const STREAMS = 4

/** HTTP/2 over TLS by h2load: closed loop, four streams on each connection. */
export const h2load: Drive = async (endpoint, seconds) => {
  const load = [
    '-t',
    '1',
    '-c',
    String(CONNECTIONS),
    '-m',
    String(STREAMS),
    '-D',
    String(seconds),
    '--warm-up-time',
    '1',
  ]
  const to = [
    `--connect-to=127.0.0.1:${endpoint.port}`,
    ...(endpoint.cookie ? ['-H', `cookie: ${endpoint.cookie}`] : []),
  ]
  const output = await run('h2load', [...load, ...to, url(endpoint)], { core: LOAD_CORE })
  if (!output.includes('Application protocol: h2')) throw new Error(`not over HTTP/2: ${output}`)
  const finished = /^finished in [\d.]+m?s, ([\d.]+) req\/s/m.exec(output)
  const codes = /^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/m.exec(output)
  const faults = /(\d+) failed, (\d+) errored, (\d+) timeout/.exec(output)
  if (finished === null || codes === null || faults === null) throw new Error(`h2load printed no result: ${output}`)
  const bad = [...codes.slice(2), ...faults.slice(1)].map(Number).reduce((sum, n) => sum + n, 0)
  if (bad > 0) throw new Error(`h2load counted errors: ${codes[0]}; ${faults[0]}`)
  // Requests of the warm-up are in neither figure; the rate is over the measured time alone.
  return { requests: Math.round(Number(finished[1]) * seconds), seconds }
}
