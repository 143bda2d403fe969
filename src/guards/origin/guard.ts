import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { cases } from './prove.ts'
import { reasons } from './reasons.ts'

export const origin = defineGuard<Policy>({
  id: 'origin',
  title: 'Origin of writes',
  controls: [
    {
      id: 'origin.cross-site',
      promise: 'A page of another site can’t write, or open a WebSocket, in the name of a signed-in person.',
    },
  ],
  reasons,
  cases,
})
