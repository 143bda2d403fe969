import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Endpoint, url } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { run } from '../process.ts'
import type { Bench } from '../scenario.ts'
import { CONNECTIONS, type Drive } from './load.ts'

/** Host and path of one request of a rotating load. */
export interface Aim {
  readonly host: string
  readonly path: string
}

let scripts = 0

/**
 * HTTP/1.1, over TLS or plain, by wrk: one thread, closed loop. Good for the most requests a second; not for
 * latency, since a closed loop sends less when answers are late. With `aims` the requests take turns over them.
 */
export function wrk(bench: Bench, aims: readonly Aim[] = []): Drive {
  return async (endpoint, seconds) => {
    const script = join(bench.folder, `wrk-${scripts++}.lua`)
    await writeFile(script, lua(endpoint, aims))
    const args = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '--timeout', '10s', '-s', script]
    const output = await run('wrk', [...args, url(endpoint)], { core: LOAD_CORE })
    const found = /^BENCH (\d+) (\d+) (\d+)$/m.exec(output)
    if (found === null) throw new Error(`wrk printed no result: ${output}`)
    const [requests, micros, errors] = found.slice(1).map(Number) as [number, number, number]
    if (errors > 0) throw new Error(`wrk counted ${errors} errors of ${requests} requests`)
    return { requests, seconds: micros / 1e6 }
  }
}

/** `wrk.resolve` is replaced because no resolver need know `app.localhost`; the server name and Host stay. */
const lua = (endpoint: Endpoint, aims: readonly Aim[]): string => `
function wrk.resolve() wrk.addrs = wrk.lookup("127.0.0.1", "${endpoint.port}") end
wrk.headers["Host"] = "${endpoint.authority}"
${endpoint.cookie === undefined ? '' : `wrk.headers["Cookie"] = ${JSON.stringify(endpoint.cookie)}`}
${aims.length === 0 ? '' : rotation(aims)}
function done(summary)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format("BENCH %d %d %d\\n", summary.requests, summary.duration, errors))
end
`

/** Requests are made ahead, so that the load's own cost is the same for one site and for a thousand. */
const rotation = (aims: readonly Aim[]): string => `
local aims = { ${aims.map(({ host, path }) => `{ ${JSON.stringify(host)}, ${JSON.stringify(path)} }`).join(', ')} }
local ready, at = {}, 0
function init()
  for i, aim in ipairs(aims) do
    wrk.headers["Host"] = aim[1]
    ready[i] = wrk.format("GET", aim[2])
  end
end
function request()
  at = at % #ready + 1
  return ready[at]
end
`
