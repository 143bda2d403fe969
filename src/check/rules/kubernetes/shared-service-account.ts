import type { Rule } from '../rule.ts'
import type { Runner } from './objects.ts'
import { about, hasWorkloads, label, runners } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'

const WORKER = deploymentText('', 'serviceAccountName: api').replaceAll(
  'name: api\n  namespace',
  'name: worker\n  namespace',
)

export const sharedServiceAccount = {
  id: 'kubernetes.shared-service-account',
  severity: 'low',
  title: 'Two workloads share a service account',
  looksFor: 'Workloads of one namespace that name the same service account, other than default.',
  why: 'Each of them has the rights of all of them, and the cluster’s log can’t tell them apart.',
  fix: 'Give each workload an account of its own with the rights that it needs.',
  bad: manifest(deploymentText('', 'serviceAccountName: api'), WORKER),
  good: manifest(
    deploymentText('', 'serviceAccountName: api'),
    WORKER.replace('serviceAccountName: api', 'serviceAccountName: worker'),
  ),
  applies: hasWorkloads,
  check(stack, report) {
    const users = new Map<string, Runner>()
    for (const object of runners(stack)) {
      const account = object.workload.serviceAccount
      if (account === undefined || account.value === 'default') continue
      const key = `${object.namespace}/${account.value}`
      const first = users.get(key)
      if (first === undefined) users.set(key, object)
      else if (label(first) !== label(object)) {
        report({
          ...about(object, account.at),
          observed: `service account ${account.value} is also that of ${label(first)}`,
          expected: 'a service account of its own',
        })
      }
    }
  },
} satisfies Rule
