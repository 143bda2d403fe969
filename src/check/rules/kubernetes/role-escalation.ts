import type { Rule } from '../rule.ts'
import type { Grant } from './access.ts'
import { grantsOf, ROLES } from './access.ts'
import { about, hasKind, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const role = (verbs: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: operator }
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    verbs: ${verbs}`

const WRITING = ['create', 'update', 'patch', '*']

export const roleEscalation = {
  id: 'kubernetes.role-escalation',
  severity: 'high',
  title: 'A role can make itself more powerful',
  looksFor:
    'Rules of roles with the verbs escalate, bind or impersonate, and those that may create tokens of service accounts, approve certificates or change admission webhooks.',
  why: 'Each of these is a way from a small right to all rights: to write oneself a role, to act as another account, to read and change every object that is sent to the cluster.',
  fix: 'Take the verb out. If a tool of the cluster needs it, name the roles or accounts in resourceNames.',
  bad: manifest(role('[get, bind]')),
  good: manifest(role('[get]')),
  applies: hasKind(...ROLES),
  check(stack, report) {
    for (const object of ofKind(stack, ...ROLES)) {
      for (const grant of grantsOf(object)) {
        for (const what of waysUp(grant)) {
          report({
            ...about(object, grant.at),
            severity: grant.names.length > 0 ? 'medium' : 'high',
            observed: what,
            expected: 'no such right',
          })
        }
      }
    }
  },
} satisfies Rule

function waysUp({ verbs, resources }: Grant): string[] {
  const may = (verb: string) => verbs.includes(verb)
  const writes = verbs.some((verb) => WRITING.includes(verb))
  const ways = ['escalate', 'bind', 'impersonate'].filter(may).map((verb) => `it may ${verb}: ${resources.join(', ')}`)
  for (const resource of resources) {
    if (resource === 'serviceaccounts/token' && writes) ways.push('it may create tokens of service accounts')
    if (/^certificatesigningrequests\/approval$/.test(resource) && writes) ways.push('it may approve certificates')
    if (/^(mutating|validating)webhookconfigurations$/.test(resource) && writes) ways.push(`it may change ${resource}`)
  }
  return ways
}
