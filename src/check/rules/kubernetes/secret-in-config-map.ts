import type { Rule } from '../rule.ts'
import { about, hasKind } from './objects.ts'
import { manifest } from './sample.ts'
import { configMapValues, hasPassword, isPlainSecret, namesSecret } from './values.ts'

const map = (lines: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: api, namespace: shop }
data:
${lines}`

export const secretInConfigMap = {
  id: 'kubernetes.secret-in-config-map',
  severity: 'high',
  title: 'A secret is kept in a ConfigMap',
  looksFor: 'Entries of ConfigMaps, and lines of .env files in them, whose name says that they are secret.',
  why: 'ConfigMaps are readable to more accounts than Secrets, are not encrypted at rest, and are printed by most tools.',
  fix: 'Move the entry to a Secret that is made outside the repository, with a new value.',
  bad: manifest(map('  REDIS_PASSWORD: 4f0d8be1c77a49d0')),
  good: manifest(map('  REDIS_HOST: redis.shop.svc')),
  applies: hasKind('ConfigMap'),
  check(stack, report) {
    for (const { object, name, value, at } of configMapValues(stack)) {
      const secret = namesSecret(stack.profile, name) && isPlainSecret(value)
      if (!secret && !hasPassword(value)) continue
      report({
        ...about(object, at),
        observed: secret ? `${name}, ${value.length} characters` : `${name} is an address with its password`,
        expected: 'no secret in a ConfigMap',
      })
    }
  },
} satisfies Rule
