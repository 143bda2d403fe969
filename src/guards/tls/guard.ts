import type { Policy } from '../../config/policy.ts'
import { defineGuard } from '../../kernel/guard.ts'
import { cases, observe } from './prove.ts'
import { reasons } from './reasons.ts'

export const tls = defineGuard<Policy>({
  id: 'tls',
  title: 'TLS',
  controls: [
    { id: 'tls.versions', promise: 'Only TLS 1.2 and 1.3 are spoken.' },
    { id: 'tls.ciphers', promise: 'Only ciphers with forward secrecy and authenticated encryption are agreed on.' },
    {
      id: 'tls.certificate',
      promise: 'Every host has a certificate that is valid for it now.',
      uncountered: 'No request can ask a gate for a wrong certificate; the tests of this guard serve them.',
    },
    { id: 'tls.server-name', promise: 'A connection that was opened for one site is not used for another.' },
    { id: 'tls.hsts', promise: 'Browsers are told to use TLS only.' },
    { id: 'tls.redirect', promise: 'The plain listener serves nothing and leads to TLS.' },
  ],
  reasons,
  cases,
  observe,
})
