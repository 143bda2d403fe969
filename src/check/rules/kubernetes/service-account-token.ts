import type { Stack } from '../../stack.ts'
import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { hasRole } from './access.ts'
import type { Runner } from './objects.ts'
import { about, hasWorkloads, isFalse, isTrue, mend, ofKind, runners } from './objects.ts'
import { deployment } from './sample.ts'

export const serviceAccountToken = {
  id: 'kubernetes.service-account-token',
  severity: 'medium',
  title: 'A pod carries a token for the cluster that it does not need',
  looksFor:
    'Workloads without automountServiceAccountToken: false, in the pod or in its ServiceAccount. One whose account is given a role is left out: it asks the cluster for something.',
  why: 'Kubernetes puts a token for its own interface into every container. Whoever breaks in can use it, and what it may do grows with every role that somebody adds later.',
  fix: 'Set automountServiceAccountToken: false in the pod.',
  bad: deployment(''),
  good: deployment('', 'automountServiceAccountToken: false'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      const { pod, podPath } = object.workload
      const own = at(pod, 'automountServiceAccountToken')
      if (isFalse(own) || hasRole(stack, object)) continue
      if (!isTrue(own) && accountWithoutToken(stack, object)) continue
      report({
        ...about(object, own?.at ?? pod.at),
        observed: 'the token is mounted, and no role in these manifests is bound to its account',
        expected: 'automountServiceAccountToken: false',
        ...mend(object, [...podPath, 'automountServiceAccountToken'], false),
      })
    }
  },
} satisfies Rule

function accountWithoutToken(stack: Stack, { namespace, workload }: Runner): boolean {
  const name = workload.serviceAccount?.value ?? 'default'
  const account = ofKind(stack, 'ServiceAccount').find((one) => one.name === name && one.namespace === namespace)
  return isFalse(at(account?.tree, 'automountServiceAccountToken'))
}
