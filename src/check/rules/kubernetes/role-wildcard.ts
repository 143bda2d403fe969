import type { Rule, Severity } from '../rule.ts'
import type { Grant } from './access.ts'
import { grantsOf, ROLES } from './access.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const role = (verbs: string, resources: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: api, namespace: shop }
rules:
  - apiGroups: [""]
    resources: ${resources}
    verbs: ${verbs}`

export const roleWildcard = {
  id: 'kubernetes.role-wildcard',
  severity: 'high',
  title: 'A role gives rights to everything',
  looksFor: 'Rules of roles with * for resources or verbs.',
  why: 'A star also means what will be there tomorrow: secrets, other roles, new kinds of objects. Whoever holds the token of such an account holds the namespace, or the cluster.',
  fix: 'Name the resources and the verbs that the program uses.',
  bad: manifest(role('["*"]', '["*"]')),
  good: manifest(role('[get, list]', '[configmaps]')),
  applies: hasKind(...ROLES),
  check(stack, report) {
    for (const object of ofKind(stack, ...ROLES)) {
      for (const grant of grantsOf(object)) {
        const severity = severityOf(grant, object.kind === 'ClusterRole')
        if (severity === undefined) continue
        report({
          ...about(object, grant.at),
          severity,
          observed: `${grant.verbs.join(', ')} on ${grant.resources.join(', ')} of ${groups(grant)}`,
          expected: 'resources and verbs by their names',
        })
      }
    }
  },
} satisfies Rule

/** Verbs on named resources that hold no power are a habit of operators, and no way to the rest. */
function severityOf({ groups, resources, verbs }: Grant, clusterWide: boolean): Severity | undefined {
  const verb = verbs.includes('*')
  if (!resources.includes('*')) return verb ? 'medium' : undefined
  if (verb && clusterWide && (groups.includes('*') || groups.includes(''))) return 'critical'
  return 'high'
}

function groups({ groups: names }: Grant): string {
  return names.map((name) => (name === '' ? 'the core group' : name === '*' ? 'all groups' : name)).join(', ')
}
