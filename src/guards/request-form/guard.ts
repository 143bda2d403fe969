import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { cases } from './prove.ts'
import { reasons } from './reasons.ts'

export const requestForm = defineGuard<Policy>({
  id: 'request-form',
  title: 'Form of requests',
  controls: [
    { id: 'request-form.target', promise: 'What the rules read as the path is what the application reads.' },
    { id: 'request-form.headers', promise: 'No header says two things to two readers.' },
    { id: 'request-form.method', promise: 'Methods that only help an attacker are refused.' },
    {
      id: 'request-form.body-size',
      promise: 'A body that is larger than the site takes is refused before it is read.',
    },
  ],
  reasons,
  cases,
})
