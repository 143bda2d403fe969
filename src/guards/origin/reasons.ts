import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('origin', {
  'cross-site': {
    status: 403,
    title: 'This request came from a page of another site.',
    advice:
      'A write or a WebSocket with the cookie of a signed-in person came from an origin that is not the site; `origins` of the route would allow it.',
  },
  unstated: {
    status: 403,
    title: 'This request does not say which page it came from.',
    advice:
      'A write or a WebSocket with the cookie of a signed-in person had neither Origin nor Sec-Fetch-Site, which every browser sends.',
  },
})
