import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { observe } from './prove.ts'
import { reasons } from './reasons.ts'

export const rateLimit = defineGuard<Policy>({
  id: 'rate-limit',
  title: 'Rate limit',
  controls: [
    {
      id: 'rate-limit.per-client',
      promise: 'One client gets no more than its rate, over all doors and edges together.',
    },
  ],
  reasons,
  observe,
})
