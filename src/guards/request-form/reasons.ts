import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('request-form', {
  target: {
    status: 400,
    title: 'The address of this request can be read in more than one way.',
    advice: 'The path has dot or empty segments, bad escapes or control characters; nothing is repaired.',
  },
  host: {
    status: 400,
    title: 'The request does not say clearly which site it is for.',
    advice: 'Host or :authority is missing, malformed, or the two differ.',
  },
  headers: {
    status: 400,
    title: 'The headers of this request can be read in more than one way.',
    advice: 'A header that may come once came twice, or one names a part of the message as hop-by-hop.',
  },
  method: {
    status: 405,
    title: 'This kind of request is not taken here.',
    advice: 'CONNECT, TRACE, TRACK and unknown methods are refused everywhere.',
  },
  expectation: {
    status: 417,
    title: 'The request expects something that is not offered.',
    advice: 'Only `Expect: 100-continue` is known (RFC 9110 section 10.1.1).',
  },
  'body-size': {
    status: 413,
    title: 'What you sent is larger than this site takes.',
    advice: 'Content-Length is above `limits.body` of the site.',
  },
})
