import type { Rule, Severity } from '../rule.ts'
import type { Grant } from './access.ts'
import { grantsOf, ROLES } from './access.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const role = (resources: string, verbs: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: helper, namespace: shop }
rules:
  - apiGroups: [""]
    resources: ${resources}
    verbs: ${verbs}`

const INTO_PODS = ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/ephemeralcontainers', 'nodes/proxy']
const RUNNING = ['pods', 'deployments', 'daemonsets', 'statefulsets', 'replicasets', 'jobs', 'cronjobs']
const WRITING = ['create', 'update', 'patch', '*']

export const rolePodAccess = {
  id: 'kubernetes.role-pod-access',
  severity: 'high',
  title: 'A role leads into running pods',
  looksFor:
    'Rules of roles on pods/exec, pods/attach, pods/portforward, pods/ephemeralcontainers and nodes/proxy. The right to create workloads is medium.',
  why: 'Whoever may run a command in a pod has its secrets and its database. Whoever may create a workload can mount any secret of the namespace and act as any of its accounts.',
  fix: 'Give these rights to people only, for the time that they need them; an application gets none of them.',
  bad: manifest(role('[pods/exec]', '[create]')),
  good: manifest(role('[pods]', '[get, list]')),
  applies: hasKind(...ROLES),
  check(stack, report) {
    for (const object of ofKind(stack, ...ROLES)) {
      for (const grant of grantsOf(object)) {
        const found = accessOf(grant)
        if (found === undefined) continue
        report({
          ...about(object, grant.at),
          severity: found.severity,
          observed: `it may ${grant.verbs.join(', ')}: ${found.resources.join(', ')}`,
          expected: 'no such right for an application',
        })
      }
    }
  },
} satisfies Rule

/** `get` is enough to run commands through exec and nodes/proxy, as a web socket starts with a GET. */
function accessOf({ resources, verbs }: Grant): { resources: readonly string[]; severity: Severity } | undefined {
  const inside = resources.filter((name) => INTO_PODS.includes(name))
  if (inside.length > 0 && verbs.length > 0) return { resources: inside, severity: 'high' }
  const running = resources.filter((name) => RUNNING.includes(name))
  const writes = verbs.some((verb) => WRITING.includes(verb))
  return running.length > 0 && writes ? { resources: running, severity: 'medium' } : undefined
}
