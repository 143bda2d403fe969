import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { observe } from './prove.ts'
import { reasons } from './reasons.ts'

export const clientAddress = defineGuard<Policy>({
  id: 'client-address',
  title: 'Client address',
  controls: [
    { id: 'client-address.forged', promise: 'Nobody chooses the address that he is seen under.' },
    {
      id: 'client-address.trusted',
      promise: 'Behind a trusted proxy the client is whom the proxy names, and nobody further away.',
    },
  ],
  reasons,
  observe,
})
