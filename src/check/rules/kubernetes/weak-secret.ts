import { weaknessOf } from '../../facts/weakness.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind } from './objects.ts'
import { manifest } from './sample.ts'
import { configMapValues, environmentValues, isPlainSecret, namesSecret, secretValues } from './values.ts'

const secret = (value: string) => `
apiVersion: v1
kind: Secret
metadata: { name: api, namespace: shop }
stringData:
  .env: |
    DATABASE_HOST=10.0.0.5
    ADMIN_TOKEN=${value}`

const hasValues = hasKind('Secret', 'ConfigMap', 'Deployment', 'StatefulSet', 'DaemonSet', 'Pod', 'Job', 'CronJob')

export const weakSecret = {
  id: 'kubernetes.weak-secret',
  severity: 'high',
  title: 'A secret can be guessed',
  looksFor:
    'Placeholders, common words and short values behind names of secrets: in Secrets (decoded, never shown), in .env files within them, in ConfigMaps and in env.',
  why: 'Values of examples and short ones are tried first, by machines, all the time.',
  fix: 'Make a new value from random bytes: openssl rand -hex 32.',
  bad: manifest(secret('12345')),
  good: manifest(secret('9b1f7c1f5a0e4d6f8b2c3d4e5f607182')),
  applies: hasValues,
  check(stack, report) {
    for (const { object, name, value, at } of [
      ...secretValues(stack),
      ...configMapValues(stack),
      ...environmentValues(stack),
    ]) {
      if (!namesSecret(stack.profile, name) || !isPlainSecret(value)) continue
      const weakness = weaknessOf(value)
      if (weakness === undefined) continue
      report({ ...about(object, at), observed: `${name}: ${weakness}`, expected: 'at least 32 random characters' })
    }
  },
} satisfies Rule
