import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { cases } from './prove.ts'
import { reasons } from './reasons.ts'

export const access = defineGuard<Policy>({
  id: 'access',
  title: 'Access rules',
  controls: [
    { id: 'access.default-deny', promise: 'What no rule allows is refused.' },
    { id: 'access.sign-in', promise: 'Where a rule asks for a person, strangers are sent to sign in.' },
    { id: 'access.role', promise: 'Where a rule asks for a role, people without it are refused.' },
    { id: 'access.from', promise: 'Where a rule asks for a network, clients of others are refused.' },
  ],
  reasons,
  cases,
})
