import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 14

export const certificateExpiring = {
  id: 'host.certificate-expiring',
  severity: 'medium',
  title: 'A certificate is about to expire',
  looksFor: `Certificates of certbot and those that a proxy is set to use, with less than ${SOON_DAYS} days to go.`,
  why: 'Renewal should have happened weeks before. Once it has expired, browsers warn everybody off, and people learn to click warnings away.',
  fix: 'Run "certbot renew" and read what it says; then look at its timer, and at the command that reloads the proxy.',
  bad: {
    'live-host.json':
      '{ "certificates": [{ "path": "/etc/letsencrypt/live/example.org/cert.pem", "names": ["example.org"], "expiresAt": 1704067200000 }] }',
  },
  good: {
    'live-host.json':
      '{ "certificates": [{ "path": "/etc/letsencrypt/live/example.org/cert.pem", "names": ["example.org"], "expiresAt": 4102444800000 }] }',
  },
  applies: ({ liveHost }) => (liveHost?.certificates.length ?? 0) > 0,
  check({ liveHost, now }, report) {
    for (const { path, names, expiresAt } of liveHost!.certificates) {
      const days = Math.floor((expiresAt - now) / DAY_MS)
      if (days >= SOON_DAYS) continue
      const when = new Date(expiresAt).toISOString().slice(0, 10)
      const observed = `${names.join(', ') || 'it'}: ${days < 0 ? 'expired' : `expires in ${days} days`}, on ${when}`
      const observation = { at: wholeFile(path), observed, expected: `at least ${SOON_DAYS} days to go` }
      report(days < 0 ? { ...observation, severity: 'high', title: 'A certificate has expired' } : observation)
    }
  },
} satisfies Rule
