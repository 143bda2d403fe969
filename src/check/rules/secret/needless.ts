import type { EnvironmentValue, Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { factsOf, hasServices, isData, roleOf, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { needs, settingOf } from '../setting/known.ts'
import { namesSecret, passwordOf } from './values.ts'

const SECRETS = 'POSTGRES_PASSWORD=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\nSMTP_PASSWORD=0d9f8e7c6b6f1c0f9e5b7d4a3c8e2a1b\n'
const SHOWN = 8

export const needlessSecret = {
  id: 'secret.needless',
  severity: 'medium',
  title: 'A container is given secrets that it does not need',
  looksFor:
    'Secrets in the environment of databases, caches, proxies and other services that have no use for them, as it comes about when one env_file is given to all.',
  why: 'Whoever breaks into the least of these services reads the passwords of all others, though nothing else is wrong with them.',
  fix: 'Give each service its own variables: an env_file for each, or only the names that it needs under environment.',
  bad: {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:17.2\n    env_file: .env\n  proxy:\n    image: nginx:1.28.0\n    env_file: .env\n',
    '.env': SECRETS,
  },
  good: {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:17.2\n    environment: [POSTGRES_PASSWORD]\n  proxy:\n    image: nginx:1.28.0\n',
    '.env': SECRETS,
  },
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const needless = [...service.environment.values()].filter((one) => isNeedless(stack, service, one))
      const first = needless[0]
      if (first === undefined) continue
      const names = needless.map(({ name }) => name)
      const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
      const how = needless.every(({ by }) => by === 'env_file') ? ' by its env_file' : ''
      report({
        at: first.by === 'env_file' ? service.at : first.at,
        service: service.name,
        observed: `${service.name} is given ${names.slice(0, SHOWN).join(', ')}${more}${how}`,
        expected: `only what ${service.name} itself needs`,
      })
    }
  },
} satisfies Rule

function isNeedless(stack: Stack, service: Service, { name, value, by }: EnvironmentValue): boolean {
  if (value === undefined || value === '') return false
  if (!namesSecret(stack, name) && passwordOf(value) === undefined) return false
  // What nothing reads is to be taken out altogether, which is another finding.
  if (stack.profile.unread.some((one) => one.name === name)) return false
  const setting = settingOf(stack, name)
  if (setting !== undefined && setting.neededBy.length > 0) return !needs(stack, setting, service)
  // Nobody writes a name down for one service by mistake; an env_file brings them all.
  return by === 'env_file' && isForeign(stack, service) && !isOwnName(stack, service, name)
}

/** A service that is known not to be the application, and that reads none of its secrets. */
function isForeign(stack: Stack, service: Service): boolean {
  return isData(stack, service) || ['proxy', 'socket-proxy', 'tool'].includes(roleOf(stack, service) ?? '')
}

/** `POSTGRES_ADMIN_PASSWORD` can be meant for a service named `postgres`, or made from such an image. */
function isOwnName(stack: Stack, service: Service, name: string): boolean {
  const known = factsOf(stack, service)
  const words = [service.name, service.image?.value.repository ?? '', ...(known?.names ?? [])]
  const own = words.flatMap((word) => word.toLowerCase().split(/[^a-z]+/)).filter((word) => word.length > 3)
  const parts = name.toLowerCase().split('_')
  return parts.some((part) => part.length > 3 && own.includes(part))
}
