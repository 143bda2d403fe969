import type { Rule } from '../rule.ts'
import { grantsOf, ROLES } from './access.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const role = (lines: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: api }
rules:
  - apiGroups: [""]
    resources: [secrets]
${lines}`

const READING = ['get', 'list', 'watch', '*']

export const roleSecrets = {
  id: 'kubernetes.role-secrets',
  severity: 'high',
  title: 'A role may read all secrets',
  looksFor:
    'Rules of roles that give get, list or watch on secrets without naming them. In one namespace it is medium.',
  why: 'A list of secrets holds their values: every password, key and token of the namespace, or with a ClusterRole of the cluster.',
  fix: 'Give get only, and name the secrets in resourceNames; better, mount the secret and give no right at all.',
  bad: manifest(role('    verbs: [list]')),
  good: manifest(role('    resourceNames: [api]\n    verbs: [get]')),
  applies: hasKind(...ROLES),
  check(stack, report) {
    for (const object of ofKind(stack, ...ROLES)) {
      for (const grant of grantsOf(object)) {
        const verbs = grant.verbs.filter((verb) => READING.includes(verb))
        const core = grant.groups.some((group) => group === '' || group === '*')
        if (!core || !grant.resources.includes('secrets') || verbs.length === 0 || grant.names.length > 0) continue
        report({
          ...about(object, grant.at),
          severity: object.kind === 'ClusterRole' ? 'high' : 'medium',
          observed: `${verbs.join(', ')} on all secrets ${object.kind === 'ClusterRole' ? 'wherever it is bound' : 'of its namespace'}`,
          expected: 'get on secrets named in resourceNames, or nothing',
        })
      }
    }
  },
} satisfies Rule
