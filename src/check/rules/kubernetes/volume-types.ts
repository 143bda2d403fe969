import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners } from './objects.ts'
import { deployment } from './sample.ts'

/** `image` is read-only content of an image. `hostPath` has a rule of its own. */
const ALLOWED = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'hostPath',
])

/** Pod Security Standards, restricted: Volume Types. */
export const volumeTypes = {
  id: 'kubernetes.volume-types',
  severity: 'medium',
  title: 'A pod names its storage itself',
  looksFor: 'Volumes of other types than claims, CSI, emptyDir, ConfigMap, Secret, projected and downward API.',
  why: 'Types such as nfs, iscsi or gitRepo reach servers and drivers of the node directly, without the rules that a storage class sets. gitRepo runs a program as root on the node.',
  fix: 'Use a PersistentVolumeClaim, and let the storage class name the server.',
  bad: deployment('', 'volumes:\n  - name: files\n    nfs: { server: files.example.org, path: /shop }'),
  good: deployment('', 'volumes:\n  - name: files\n    persistentVolumeClaim: { claimName: files }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const volume of itemsOf(at(object.workload.pod, 'volumes'))) {
        for (const [type, { at: place }] of entriesOf(volume)) {
          if (ALLOWED.has(type)) continue
          report({
            ...about(object, place),
            observed: `volume ${textOf(at(volume, 'name')) ?? ''} is of type ${type}`,
            expected: 'a persistentVolumeClaim',
          })
        }
      }
    }
  },
} satisfies Rule
