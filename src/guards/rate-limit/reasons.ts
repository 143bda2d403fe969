import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('rate-limit', {
  exceeded: {
    status: 429,
    title: 'That were too many requests in a short time. Wait a moment.',
    advice: 'The client used up `limits.rate` and `limits.burst` of the site on this route.',
  },
})
