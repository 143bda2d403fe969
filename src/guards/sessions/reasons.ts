import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('sessions', {
  ended: {
    status: 401,
    title: 'Your session has ended. Sign in again.',
    advice: 'The session was revoked, or its idle or absolute time is over.',
  },
})
