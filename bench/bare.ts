/**
 * Castellan's bare proxy: the edge's own listener, gate and upstream code, with a pipeline that decides nothing and a
 * log that writes nothing. What it does beside is what every request costs that the guards then look at: one strict
 * reading of the headers, the allow-list of what the upstream gets, the id. The listening socket is descriptor 3.
 */
import { parseConfig } from '../src/config/load.ts'
import { toPolicy } from '../src/config/to-policy.ts'
import { AccessLog } from '../src/edge/access-log.ts'
import { createRegime, Gate } from '../src/edge/gate.ts'
import { Listeners } from '../src/edge/listeners.ts'
import type { Pipeline } from '../src/edge/pipeline.ts'
import { Reporter } from '../src/edge/reporter.ts'
import { createRequestIds } from '../src/edge/request-id.ts'
import { SecureContexts } from '../src/edge/secure-contexts.ts'
import { SessionTable } from '../src/edge/session-table.ts'
import { Upstreams } from '../src/edge/upstreams.ts'
import { tlsOptions } from '../src/guards/tls/options.ts'
import { errorText } from '../src/kernel/errors.ts'
import { createHeaderReader } from '../src/kernel/request-headers.ts'

const LISTENER = 3

const site = { host: 'app.localhost', routes: [{ upstream: process.argv[2] }], access: [{ allow: 'public' }] }
const settings = JSON.stringify({ portal: 'https://auth.localhost', sites: [site] })
const policy = toPolicy(parseConfig(settings, 'bare.yaml'))

const decideNothing: Pipeline = {
  policy,
  judge(request) {
    request.site = 0
    request.route = 0
    return undefined
  },
  steps: () => [],
  close() {},
}

/** Never connected to a log writer. */
const writeNothing = Object.assign(Object.create(AccessLog.prototype) as AccessLog, { write() {} })

const gate = new Gate({
  sessions: new SessionTable(() => {}),
  log: writeNothing,
  reporter: new Reporter(),
  redeemTicket: () => Promise.resolve(null),
  ticketKey: () => '',
  knowsSessions: () => true,
  fault: (error) => console.error(errorText(error)),
})
gate.enforce(createRegime(decideNothing, new Upstreams(policy, '')))

const listeners = new Listeners({
  readHeaders: createHeaderReader({ names: [], prefixes: [] }),
  nextId: createRequestIds(),
  contexts: new SecureContexts(tlsOptions),
  tls: tlsOptions,
  timeouts: policy.config.timeouts,
  connections: policy.config.connections,
  resumptionKeys: Buffer.alloc(48),
  handle: (exchange) => gate.handle(exchange),
})
await listeners.listen(LISTENER, false)
console.log('ready')
