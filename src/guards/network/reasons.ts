import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('network', {
  denied: {
    status: 403,
    title: 'Requests from your network are not taken here.',
    advice:
      'The client address lies in a network of `network.deny`; a more specific one in `network.allow` would let it in.',
  },
  'not-allowed': {
    status: 403,
    title: 'Requests from your network are not taken here.',
    advice: '`network.allow` is not empty, and the client address lies in none of its networks.',
  },
})
