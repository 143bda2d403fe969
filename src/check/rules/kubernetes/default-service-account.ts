import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners } from './objects.ts'
import { deployment } from './sample.ts'

export const defaultServiceAccount = {
  id: 'kubernetes.default-service-account',
  severity: 'medium',
  title: 'A workload has no service account of its own',
  looksFor: 'Workloads that name no service account, or the one called default.',
  why: 'All workloads of the namespace without an account of their own share this one. A right that is given to it for one of them is given to all, and the cluster’s log can’t tell them apart.',
  fix: 'Make a ServiceAccount for the application and name it in serviceAccountName.',
  bad: deployment(''),
  good: deployment('', 'serviceAccountName: api'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      const { serviceAccount, pod } = object.workload
      if (serviceAccount !== undefined && serviceAccount.value !== 'default') continue
      report({
        ...about(object, serviceAccount?.at ?? pod.at),
        observed: serviceAccount === undefined ? 'no service account is named, so it is default' : 'it is default',
        expected: 'a service account of its own',
      })
    }
  },
} satisfies Rule
