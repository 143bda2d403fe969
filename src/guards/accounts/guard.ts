import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { observe } from './prove.ts'

export const accounts = defineGuard<Policy>({
  id: 'accounts',
  title: 'Local accounts',
  controls: [
    {
      id: 'accounts.closed-registration',
      promise: 'There is no open registration.',
      uncountered:
        'The portal is no part of a gate: a scratch gate would need a portal of its own that lets anybody register.',
    },
  ],
  reasons: {},
  observe,
})
