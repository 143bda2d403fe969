import { constants } from 'node:crypto'
import { createSecureContext } from 'node:tls'

/** Forward secrecy and authenticated encryption only (RFC 9325 section 4.2); the last three are those of TLS 1.3. */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
].join(':')

const CURVES = 'X25519:P-256:P-384'

/** The hybrid with ML-KEM keeps recorded traffic closed to a later quantum computer; OpenSSL has it from 3.5 on. */
function hybridCurves(): string {
  const wanted = `X25519MLKEM768:${CURVES}`
  try {
    createSecureContext({ ecdhCurve: wanted })
    return wanted
  } catch {
    return CURVES
  }
}

/** What every TLS listener of an edge uses, for `tls.createServer` and `http2.createSecureServer`. */
export const tlsOptions = Object.freeze({
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: CIPHERS,
  ecdhCurve: hybridCurves(),
  /** Every cipher in the list is sound, so the client takes the one that its hardware is quick with. */
  honorCipherOrder: false,
  /** Nothing here needs renegotiation, and a client could burn CPU with it (CVE-2011-1473). */
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  /** Seconds for which a session can be resumed; a ticket key that leaks opens no more than this. */
  sessionTimeout: 3_600,
  /** Milliseconds; Node's own value is 120 seconds, in which an idle prelude holds a connection. */
  handshakeTimeout: 10_000,
  ALPNProtocols: ['h2', 'http/1.1'],
} as const)

/** True for `localhost` and the names under it, which mean the loopback (RFC 6761 section 6.3). */
export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}
