import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { cases } from './prove.ts'
import { reasons } from './reasons.ts'

export const sessions = defineGuard<Policy>({
  id: 'sessions',
  title: 'Sessions',
  controls: [{ id: 'sessions.forged', promise: 'Only sessions that the portal started sign anybody in.' }],
  reasons,
  cases,
})
