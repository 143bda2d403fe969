import { declareReasons } from '../kernel/verdict.ts'

/** Why the edge itself, and no guard, stops a request. */
export const reasons = declareReasons('edge', {
  unknownHost: {
    status: 421,
    title: 'There is no site of this name here.',
    advice: 'The host is in no entry of `sites`, or differs from the name that TLS was opened for.',
  },
  noRoute: {
    status: 404,
    title: 'Nothing is served at this address.',
    advice: 'No route of the site covers the path, or its readings lead to different routes.',
  },
  tooLarge: {
    status: 413,
    title: 'What you sent is larger than this site takes.',
    advice: 'Raise `limits.body` of the site.',
  },
  upstreamFailed: {
    status: 502,
    title: 'The application did not answer.',
    advice: 'The upstream of the route refused, broke off, or did not speak HTTP. See `failure` in the access log.',
  },
  upstreamTimeout: {
    status: 504,
    title: 'The application took too long to answer.',
    advice: 'The upstream sent no answer within `timeout` of the route.',
  },
  clientGone: {
    status: 499,
    title: 'The client went away.',
    advice: 'The client closed its connection before the answer was whole.',
  },
  controlAway: {
    status: 503,
    title: 'Nobody can sign in just now; try again in a moment.',
    advice: 'The control process is away or does not answer; the supervisor starts it again. See standard error.',
  },
  draining: {
    status: 503,
    title: 'The gate is restarting; try again in a moment.',
    advice: 'The edge has no policy yet, or is shutting down.',
  },
  fault: {
    status: 500,
    title: 'The gate failed to handle this request.',
    advice: 'A fault in Castellan. The log of the edge has the error under the request id.',
  },
  httpsOnly: {
    status: 308,
    title: 'This site is served over TLS.',
    advice: 'The plain listener redirects; `http-mode: serve` would serve.',
  },
  probed: {
    status: 200,
    title: 'The probe passed every check.',
    advice: 'A probe of the control process ended before the upstream, as it should.',
  },
  challenge: {
    status: 200,
    title: 'The answer to a challenge of the certificate authority.',
    advice: 'ACME HTTP-01 (RFC 8555 section 8.3).',
  },
  reserved: {
    status: 404,
    title: 'There is nothing here.',
    advice: 'Paths below /.castellan/ belong to Castellan.',
  },
  signedIn: {
    status: 303,
    title: 'You are signed in.',
    advice: 'The portal handed over the session of this site.',
  },
  portal: {
    status: 303,
    title: 'The portal goes on from here.',
    advice: 'Signing out is confirmed on the portal.',
  },
  signInAgain: {
    status: 400,
    title: 'This sign-in has lapsed. Go to the site again.',
    advice: 'The code was used, is older than a minute, or belongs to another site or browser.',
  },
})
