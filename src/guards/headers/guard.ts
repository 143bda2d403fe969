import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { observe } from './prove.ts'

export const headers = defineGuard<Policy>({
  id: 'headers',
  title: 'Headers of answers',
  controls: [
    { id: 'headers.added', promise: 'Answers carry the security headers that the application left out.' },
    { id: 'headers.removed', promise: 'Answers do not name the software that the application runs on.' },
  ],
  reasons: {},
  observe,
})
