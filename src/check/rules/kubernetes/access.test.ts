import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import { bindingToEveryone } from './binding-to-everyone.ts'
import { clusterAdminBinding } from './cluster-admin-binding.ts'
import { roleEscalation } from './role-escalation.ts'
import { rolePodAccess } from './role-pod-access.ts'
import { roleSecrets } from './role-secrets.ts'
import { roleWildcard } from './role-wildcard.ts'
import { deploymentText, manifest } from './sample.ts'
import { serviceAccountToken } from './service-account-token.ts'

const role = (kind: string, groups: string, resources: string, verbs: string, names = '[]') =>
  stackOf(
    manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: r, namespace: shop }
rules: [{ apiGroups: ${groups}, resources: ${resources}, verbs: ${verbs}, resourceNames: ${names} }]`),
  )

const binding = (kind: string, name: string, subject: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { name: b, namespace: shop }
roleRef: { kind: ClusterRole, name: ${name} }
subjects: [${subject}]`

test('weighs a star by what it stands for', () => {
  const weigh = (...args: Parameters<typeof role>) => observed(roleWildcard, role(...args))[0]?.severity
  assert.equal(weigh('ClusterRole', '["*"]', '["*"]', '["*"]'), 'critical')
  assert.equal(weigh('Role', '["*"]', '["*"]', '["*"]'), 'high')
  assert.equal(weigh('ClusterRole', '[apps]', '["*"]', '[get]'), 'high')
  assert.equal(weigh('Role', '[""]', '[configmaps]', '["*"]'), 'medium')
  assert.equal(weigh('Role', '[""]', '[configmaps]', '[get]'), undefined)
})

test('takes secrets of another group or with names as harmless', () => {
  assert.equal(observed(roleSecrets, role('ClusterRole', '[example.org]', '[secrets]', '[get]')).length, 0)
  assert.equal(observed(roleSecrets, role('ClusterRole', '[""]', '[secrets]', '[get]', '[api]')).length, 0)
  assert.equal(observed(roleSecrets, role('Role', '[""]', '[secrets]', '[watch]'))[0]?.severity, 'medium')
})

test('knows each way to more rights, and that names make it narrower', () => {
  const ways = (resources: string, verbs: string, names?: string) =>
    observed(roleEscalation, role('ClusterRole', '["*"]', resources, verbs, names)).map(({ severity }) => severity)
  assert.deepEqual(ways('[clusterroles]', '[escalate, bind]'), ['high', 'high'])
  assert.deepEqual(ways('[users]', '[impersonate]', '[alice]'), ['medium'])
  assert.deepEqual(ways('[serviceaccounts/token]', '[create]'), ['high'])
  assert.deepEqual(ways('[mutatingwebhookconfigurations]', '[patch]'), ['high'])
  assert.deepEqual(ways('[mutatingwebhookconfigurations]', '[get]'), [])
})

test('counts get on exec and nodes/proxy, which is enough to run commands', () => {
  assert.equal(observed(rolePodAccess, role('Role', '[""]', '[pods/exec]', '[get]')).length, 1)
  assert.equal(observed(rolePodAccess, role('ClusterRole', '[""]', '[nodes/proxy]', '[get]')).length, 1)
  assert.equal(observed(rolePodAccess, role('Role', '[apps]', '[deployments]', '[patch]'))[0]?.severity, 'medium')
  assert.equal(observed(rolePodAccess, role('Role', '[apps]', '[deployments]', '[list]')).length, 0)
})

test('tells an administrator of a namespace from one of the cluster', () => {
  const bound = (kind: string) =>
    observed(clusterAdminBinding, stackOf(manifest(binding(kind, 'cluster-admin', '{ kind: User, name: ci }'))))[0]
  assert.equal(bound('ClusterRoleBinding')?.severity, 'critical')
  assert.equal(bound('RoleBinding')?.severity, 'high')
  assert.match(bound('RoleBinding')?.observed ?? '', /^user ci is cluster-admin of the namespace/)
})

test('leaves what Kubernetes itself gives to everybody alone', () => {
  const bound = (name: string, group: string) =>
    observed(
      bindingToEveryone,
      stackOf(manifest(binding('ClusterRoleBinding', name, `{ kind: Group, name: "${group}" }`))),
    )
  assert.equal(bound('system:public-info-viewer', 'system:unauthenticated').length, 0)
  assert.equal(bound('view', 'system:authenticated')[0]?.severity, 'high')
})

test('lets a workload keep its token when its account has a role, or when the account itself mounts none', () => {
  const app = deploymentText('', 'serviceAccountName: api')
  const account = '{ kind: ServiceAccount, name: api, namespace: shop }'
  const other = '{ kind: ServiceAccount, name: worker, namespace: shop }'
  assert.equal(observed(serviceAccountToken, stackOf(manifest(app, binding('RoleBinding', 'view', account)))).length, 0)
  assert.equal(observed(serviceAccountToken, stackOf(manifest(app, binding('RoleBinding', 'view', other)))).length, 1)
  const without = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: api, namespace: shop }
automountServiceAccountToken: false`
  assert.equal(observed(serviceAccountToken, stackOf(manifest(app, without))).length, 0)
})
