import type { Rule } from '../rule.ts'
import { about, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'
import { environmentValues, hasPassword, isPlainSecret, namesSecret } from './values.ts'

export const secretInEnvironment = {
  id: 'kubernetes.secret-in-environment',
  severity: 'high',
  title: 'A secret is written out in a manifest',
  looksFor: 'Values in env of containers whose name says that they are secret, and addresses with a password in them.',
  why: 'Everybody who may read the manifest, its repository or the workload in the cluster has the secret. It stays in the history of the repository.',
  fix: 'Put a new value into a Secret that is made outside the repository, and refer to it with secretKeyRef or mount it.',
  bad: deployment('env:\n  - { name: ADMIN_TOKEN, value: "7d1c9f5be04a4c6ab2" }'),
  good: deployment('env:\n  - name: ADMIN_TOKEN\n    valueFrom: { secretKeyRef: { name: api, key: admin-token } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, name, value, at, where } of environmentValues(stack)) {
      const secret = namesSecret(stack.profile, name) && isPlainSecret(value)
      if (!secret && !hasPassword(value)) continue
      report({
        ...about(object, at),
        observed: secret
          ? `${name} in ${where} is written out, ${value.length} characters`
          : `${name} in ${where} is an address with its password`,
        expected: 'a reference to a Secret',
      })
    }
  },
} satisfies Rule
