import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { cases } from './prove.ts'
import { reasons } from './reasons.ts'

export const network = defineGuard<Policy>({
  id: 'network',
  title: 'Networks',
  controls: [
    { id: 'network.denied', promise: 'Clients of denied networks get nothing.' },
    { id: 'network.not-allowed', promise: 'With an allow list, clients of all other networks get nothing.' },
  ],
  reasons,
  cases,
})
