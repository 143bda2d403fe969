import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('client-address', {
  malformed: {
    status: 400,
    title: 'The request names its sender in a form that is not an address.',
    advice: 'A trusted proxy sent an X-Forwarded-For whose nearest entry is not an IP address.',
  },
})
