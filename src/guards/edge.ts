import type { Policy } from '../config/policy.ts'
import type { EdgeGuard } from '../kernel/guard.ts'
import { access } from './access/edge.ts'
import { audit } from './audit/edge.ts'
import { clientAddress } from './client-address/edge.ts'
import { headers } from './headers/edge.ts'
import { network } from './network/edge.ts'
import { origin } from './origin/edge.ts'
import { rateLimit } from './rate-limit/edge.ts'
import { requestForm } from './request-form/edge.ts'
import { sessions } from './sessions/edge.ts'
import { tls } from './tls/edge.ts'

/** What runs in an edge, in the order in which a request meets it. */
export const edgeGuards: readonly EdgeGuard<Policy>[] = [
  clientAddress,
  network,
  requestForm,
  tls,
  sessions,
  rateLimit,
  access,
  origin,
  audit,
  headers,
]
