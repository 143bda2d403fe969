import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const TYPE = 'kubernetes.io/service-account-token'

export const lastingToken = {
  id: 'kubernetes.lasting-token',
  severity: 'medium',
  title: 'A token for the cluster never ends',
  looksFor: 'Secrets of type kubernetes.io/service-account-token.',
  why: 'Such a token holds until somebody deletes the Secret. Copied once, from a build server or a backup, it opens the cluster for years.',
  fix: 'Take the Secret out. Let programs outside sign in with tokens that end (kubectl create token, or OpenID Connect of the build server).',
  bad: manifest(`
apiVersion: v1
kind: Secret
metadata:
  name: deployer
  namespace: shop
  annotations: { kubernetes.io/service-account.name: deployer }
type: kubernetes.io/service-account-token`),
  good: manifest(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: deployer, namespace: shop }`),
  applies: hasKind('Secret', 'ServiceAccount'),
  check(stack, report) {
    for (const object of ofKind(stack, 'Secret')) {
      const type = at(object.tree, 'type')
      if (type === undefined || textOf(type) !== TYPE) continue
      report({ ...about(object, type.at), observed: 'a token without an end', expected: 'tokens that end' })
    }
  },
} satisfies Rule
