import { z } from 'zod'
import { accessShape } from '../guards/access/schema.ts'
import { accountsShape } from '../guards/accounts/schema.ts'
import { auditShape } from '../guards/audit/schema.ts'
import { clientAddressShape } from '../guards/client-address/schema.ts'
import { headersShape } from '../guards/headers/schema.ts'
import { networkShape } from '../guards/network/schema.ts'
import { originShape } from '../guards/origin/schema.ts'
import { rateLimitShape } from '../guards/rate-limit/schema.ts'
import { requestFormShape, timeoutShape } from '../guards/request-form/schema.ts'
import { sessionsShape } from '../guards/sessions/schema.ts'
import { tlsShape } from '../guards/tls/schema.ts'
import { section } from '../kernel/section.ts'
import { duration, hostName, httpUrl, origin } from '../kernel/units.ts'
import { listenAddress } from './listen.ts'
import { postureSchema } from './posture-schema.ts'

const path = z
  .string()
  .regex(/^\/[\x21-\x7e]*$/, 'allowed: a path that begins with /')
  .max(2_048)
const listen = z
  .union([listenAddress, z.array(listenAddress).max(16)])
  .transform((found) => (Array.isArray(found) ? found : [found]))

const route = section({
  path: path.default('/').describe('Prefix of whole segments; the longest that fits wins.'),
  upstream: z
    .union([httpUrl, z.array(httpUrl).min(1).max(64)])
    .transform((found) => (Array.isArray(found) ? found : [found]))
    .describe('Where the application listens; with several, those that are healthy take turns.'),
  ca: z.string().max(4_096).optional().describe('PEM file that an https upstream is verified with.'),
  health: path.optional().describe('Path that is asked to see whether an upstream is alive.'),
  'case-sensitive': z.boolean().default(false).describe('True when the application tells /Admin from /admin.'),
  timeout: duration.default(60_000).describe('Longest wait for the head of an answer.'),
  ...originShape,
})

const site = section({
  host: hostName.describe('Public host name of the site.'),
  routes: z.array(route).min(1).max(1_000).describe('Where requests go.'),
  limits: section({ ...rateLimitShape, ...requestFormShape }).prefault({}),
  headers: section(headersShape).prefault({}),
  health: path.default('/').describe('A harmless path that a proof may GET from the application.'),
  ...accessShape,
})

/** The whole of castellan.yaml. Parsed values are plain JSON: durations in ms, sizes in bytes. */
export const configSchema = section({
  portal: origin.describe('Origin of the portal, where people sign in; not the host of a site.'),
  listen: listen.optional().describe('Addresses for TLS; all addresses with the port of the portal when left out.'),
  http: listen.default([]).describe('Addresses for plain HTTP, which is answered with 308.'),
  'http-mode': z
    .enum(['redirect', 'serve'])
    .default('redirect')
    .describe('serve: plain HTTP is served as it is, behind a TLS terminator that is in trusted-proxies.'),
  edges: z.int().min(1).max(64).optional().describe('Processes that take requests; one a core when left out.'),
  connections: z.int().min(16).max(1_000_000).default(16_384).describe('Most open connections an edge.'),
  tls: tlsShape.tls,
  network: section({ ...clientAddressShape, ...networkShape }).prefault({}),
  timeouts: section(timeoutShape).prefault({}),
  sessions: section(sessionsShape).prefault({}),
  accounts: section(accountsShape).prefault({}),
  audit: section(auditShape).prefault({}),
  proofs: section({
    every: duration.default(900_000).describe('How often the proofs are run by themselves.'),
  }).prefault({}),
  posture: postureSchema
    .optional()
    .describe('Watches the installation behind the gate against a guide; without it no process is started for that.'),
  log: section({
    size: z.int().min(1).default(100).describe('Size of one access log file, in MiB, before it is rotated.'),
    keep: z.int().min(1).max(10_000).default(30).describe('How many rotated access log files are kept.'),
  }).prefault({}),
  sites: z.array(site).min(1).max(10_000).describe('The applications behind the gate.'),
})

export type Config = z.output<typeof configSchema>
export type SiteConfig = Config['sites'][number]
export type RouteConfig = SiteConfig['routes'][number]
