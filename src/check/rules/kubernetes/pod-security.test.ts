import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import { addedCapabilities } from './added-capabilities.ts'
import { dropCapabilities } from './drop-capabilities.ts'
import { hostPath } from './host-path.ts'
import { privilegeEscalation } from './privilege-escalation.ts'
import { privileged } from './privileged.ts'
import { rootUser } from './root-user.ts'
import { runAsNonRoot } from './run-as-non-root.ts'
import { deployment } from './sample.ts'
import { seccompProfile } from './seccomp-profile.ts'

test('finds a privileged container among init and ephemeral ones, and says which it is and where', () => {
  const stack = stackOf({
    'k8s/pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  initContainers:
    - name: prepare
      securityContext:
        privileged: yes
  containers: [{ name: a }]
  ephemeralContainers: [{ name: debug, securityContext: { privileged: true } }]
`,
  })
  const found = observed(privileged, stack)
  assert.deepEqual(
    found.map((one) => [one.observed, one.at.line, one.service]),
    [
      ['init container prepare runs privileged', 8, 'Pod a'],
      ['ephemeral container debug runs privileged', 10, 'Pod a'],
    ],
  )
})

test('lets a container inherit from its pod, and undo what it inherits', () => {
  const pod = 'securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }'
  assert.deepEqual(observed(runAsNonRoot, stackOf(deployment('', pod))), [])
  assert.deepEqual(observed(seccompProfile, stackOf(deployment('', pod))), [])
  const undone = stackOf(deployment('securityContext: { runAsNonRoot: false }', pod))
  assert.match(observed(runAsNonRoot, undone)[0]?.observed ?? '', /is false/)
})

test('takes a container whose own user is above zero as good, whatever its pod says', () => {
  const stack = stackOf(deployment('securityContext: { runAsUser: 1000 }', 'securityContext: { runAsUser: 0 }'))
  assert.deepEqual(
    observed(rootUser, stack).map((one) => one.observed),
    ['the pod runs as user 0'],
  )
})

test('asks nothing of Windows pods that only Linux knows', () => {
  const stack = stackOf(deployment('', 'os: { name: windows }'))
  for (const rule of [privilegeEscalation, dropCapabilities, seccompProfile]) {
    assert.deepEqual(observed(rule, stack), [], rule.id)
  }
})

test('calls capabilities critical that are as good as root, and none that a container has anyway', () => {
  const add = (names: string) => stackOf(deployment(`securityContext: { capabilities: { add: [${names}] } }`))
  assert.deepEqual(
    observed(addedCapabilities, add('CAP_SYS_ADMIN, NET_ADMIN, CHOWN, all')).map(({ severity }) => severity),
    ['critical', 'high', 'critical'],
  )
})

const PATHS: readonly (readonly [string, string])[] = [
  ['/', 'critical'],
  ['/var/run/docker.sock', 'critical'],
  ['/var', 'critical'],
  ['/etc/', 'critical'],
  ['/srv/../etc', 'critical'],
  ['/etcetera', 'high'],
  ['/srv/shop', 'high'],
]
for (const [path, severity] of PATHS) {
  test(`calls the mount of ${path} of the node ${severity}`, () => {
    const volume = `volumes:\n  - name: x\n    hostPath: { path: ${path} }`
    assert.deepEqual(
      observed(hostPath, stackOf(deployment('', volume))).map((one) => one.severity),
      [severity],
    )
  })
}
