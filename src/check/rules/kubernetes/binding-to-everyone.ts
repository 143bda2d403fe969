import { lookUp } from '../../text/lookup.ts'
import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { BINDINGS, subjectsOf } from './access.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const binding = (subject: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: readers }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects:
  - { kind: Group, apiGroup: rbac.authorization.k8s.io, name: ${subject} }`

/** Who is meant by a name of Kubernetes that means many. */
const EVERYONE: Readonly<Record<string, string>> = {
  'system:anonymous': 'anybody without signing in',
  'system:unauthenticated': 'anybody without signing in',
  'system:authenticated': 'anybody who can sign in, with some providers everybody with an account there',
  'system:serviceaccounts': 'every program of the cluster',
}

/** What Kubernetes itself binds to them, and that tells nothing of the cluster. */
const HARMLESS = new Set(['system:public-info-viewer', 'system:basic-user', 'system:discovery'])

export const bindingToEveryone = {
  id: 'kubernetes.binding-to-everyone',
  severity: 'critical',
  title: 'A role is given to everybody',
  looksFor:
    'Bindings to system:anonymous and system:unauthenticated; to system:authenticated and system:serviceaccounts they are high.',
  why: 'Everybody who reaches the cluster’s interface has the rights of this role, in the first case without any password.',
  fix: 'Bind the role to the people, groups or service accounts that need it.',
  bad: manifest(binding('system:unauthenticated')),
  good: manifest(binding('shop-team')),
  applies: hasKind(...BINDINGS),
  check(stack, report) {
    for (const object of ofKind(stack, ...BINDINGS)) {
      const role = textOf(at(object.tree, 'roleRef', 'name')) ?? ''
      if (HARMLESS.has(role)) continue
      for (const { name, at: place } of subjectsOf(object)) {
        const who = lookUp(EVERYONE, name)
        if (who === undefined) continue
        report({
          ...about(object, place),
          severity: who.includes('without signing in') ? 'critical' : 'high',
          observed: `${name} has the role ${role}: ${who}`,
          expected: 'named people, groups or service accounts',
        })
      }
    }
  },
} satisfies Rule
