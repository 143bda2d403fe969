import { tlsOptions } from '../guards/tls/options.ts'

/**
 * What a scratch gate uses, so that the proof of TLS versions and ciphers has its counter-proof: old versions, and every
 * cipher that OpenSSL has. A scratch gate listens on loopback, for the few seconds of a run.
 */
export const lenientTls = Object.freeze({
  ...tlsOptions,
  minVersion: 'TLSv1',
  ciphers: 'ALL:@SECLEVEL=0',
  ALPNProtocols: [...tlsOptions.ALPNProtocols],
} as const)
