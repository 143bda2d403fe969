import type { Policy } from '../config/policy.ts'
import type { GuardSpec } from '../kernel/guard.ts'
import { access } from './access/guard.ts'
import { accounts } from './accounts/guard.ts'
import { audit } from './audit/guard.ts'
import { clientAddress } from './client-address/guard.ts'
import { headers } from './headers/guard.ts'
import { network } from './network/guard.ts'
import { origin } from './origin/guard.ts'
import { rateLimit } from './rate-limit/guard.ts'
import { requestForm } from './request-form/guard.ts'
import { sessions } from './sessions/guard.ts'
import { tls } from './tls/guard.ts'

/** Every guard, in the order in which a request meets them. */
export const guards: readonly GuardSpec<Policy>[] = [
  clientAddress,
  network,
  requestForm,
  tls,
  sessions,
  rateLimit,
  access,
  origin,
  headers,
  accounts,
  audit,
]
