import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { BINDINGS, subjectName, subjectsOf } from './access.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const binding = (role: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: deployer }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }
subjects:
  - { kind: ServiceAccount, name: deployer, namespace: shop }`

export const clusterAdminBinding = {
  id: 'kubernetes.cluster-admin-binding',
  severity: 'critical',
  title: 'Somebody is administrator of the whole cluster',
  looksFor: 'Bindings to the role cluster-admin, and members of the group system:masters. In one namespace it is high.',
  why: 'Whoever gets hold of this account, a build server’s token or a person’s laptop, owns every application and every secret of the cluster.',
  fix: 'Bind a role with the rights that are used, in the namespaces where they are used: edit and view are there already.',
  bad: manifest(binding('cluster-admin')),
  good: manifest(binding('view')),
  applies: hasKind(...BINDINGS),
  check(stack, report) {
    for (const object of ofKind(stack, ...BINDINGS)) {
      const role = textOf(at(object.tree, 'roleRef', 'name'))
      for (const subject of subjectsOf(object)) {
        if (role !== 'cluster-admin' && subject.name !== 'system:masters') continue
        const everywhere = object.kind === 'ClusterRoleBinding'
        report({
          ...about(object, subject.at),
          severity: everywhere ? 'critical' : 'high',
          observed: `${subjectName(subject)} is ${role} ${everywhere ? 'of the cluster' : 'of the namespace'}`,
          expected: 'a role with the rights that are used',
        })
      }
    }
  },
} satisfies Rule
