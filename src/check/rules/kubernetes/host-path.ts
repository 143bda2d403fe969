import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners } from './objects.ts'
import { deployment } from './sample.ts'

/** Below these lie the keys of the node, of its container runtime or of the cluster. */
const POWERFUL = [
  '/etc',
  '/root',
  '/home',
  '/proc',
  '/sys',
  '/dev',
  '/boot',
  '/run',
  '/var/run',
  '/var/lib/kubelet',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/var/lib/etcd',
  '/var/lib/rancher',
]

/** Pod Security Standards, baseline: HostPath Volumes. */
export const hostPath = {
  id: 'kubernetes.host-path',
  severity: 'high',
  title: 'A pod mounts a folder of its node',
  looksFor: 'Volumes of type hostPath; worst are those of the system, of the container runtime and its socket.',
  why: 'What is written there is written on the node, past all borders of the pod. With the folders of the system or the socket of the runtime, whoever breaks into the application owns the node.',
  fix: 'Use a persistent volume claim for data, an emptyDir for scratch space, a ConfigMap or Secret for settings.',
  bad: deployment('', 'volumes:\n  - name: runtime\n    hostPath: { path: /var/run/docker.sock }'),
  good: deployment('', 'volumes:\n  - name: data\n    persistentVolumeClaim: { claimName: api-data }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const volume of itemsOf(at(object.workload.pod, 'volumes'))) {
        const found = at(volume, 'hostPath')
        if (found === undefined) continue
        const path = textOf(at(found, 'path')) ?? ''
        report({
          ...about(object, at(found, 'path')?.at ?? found.at),
          severity: isPowerful(path) ? 'critical' : 'high',
          observed: `volume ${textOf(at(volume, 'name')) ?? ''} is ${path} of the node`,
          expected: 'no hostPath volume',
        })
      }
    }
  },
} satisfies Rule

function isPowerful(path: string): boolean {
  const clean = path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')
  const holds = (folder: string) => clean === folder || clean.startsWith(`${folder}/`) || folder.startsWith(`${clean}/`)
  return clean === '/' || clean.split('/').includes('..') || POWERFUL.some(holds)
}
