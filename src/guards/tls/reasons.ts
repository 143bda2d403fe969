import { declareReasons } from '../../kernel/verdict.ts'

export const reasons = declareReasons('tls', {
  'server-name': {
    status: 421,
    title: 'This connection was opened for another site.',
    advice: 'Host or :authority differs from the TLS server name (RFC 9110 section 15.5.20, CVE-2026-48491).',
  },
})
