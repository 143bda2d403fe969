import { hostOf, isPublicAddress, looksPublic, namesDataServer } from '../../facts/address.ts'
import type { Rule } from '../rule.ts'
import { ofServices, onlyService, type Written, writtenValues } from './written.ts'

export const databasePublic = {
  id: 'setting.database-public',
  severity: 'high',
  title: 'The application talks to its database over the public network',
  looksFor:
    'Public addresses behind names such as DATABASE_HOST, REDIS_URL and DATABASE_URL; names that look public count less, since they are not looked up.',
  why: 'The database has to be reachable from the internet for that, and what is said to it crosses foreign networks.',
  fix: 'Use the address of the database in the private network of the servers, or a tunnel.',
  bad: { '.env': 'DATABASE_HOST=203.0.113.5\n' },
  good: { '.env': 'DATABASE_HOST=10.0.0.5\n' },
  applies: (stack) => writtenValues(stack).some(isServer),
  check(stack, report) {
    for (const written of writtenValues(stack)) {
      const host = isServer(written) ? hostOf(written.value) : ''
      const isAddress = isPublicAddress(host)
      if (!isAddress && !looksPublic(host)) continue
      report({
        at: written.at,
        ...onlyService(written),
        severity: isAddress ? 'high' : 'medium',
        observed: `${written.name}${ofServices(written)} ${isAddress ? 'is a public address' : 'is a name that looks public'}`,
        expected: 'an address of the private network',
      })
    }
  },
} satisfies Rule

function isServer({ name, value, used }: Written): boolean {
  return used && value !== '' && namesDataServer(name)
}
