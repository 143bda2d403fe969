import { lookUp } from '../../text/lookup.ts'
import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, mend } from './objects.ts'
import { manifest } from './sample.ts'

interface Removed {
  readonly kinds: RegExp
  /** Release that no longer knows it. */
  readonly since: string
  readonly instead: string
  /** The new version takes the same fields, so that its name is all that changes. */
  readonly same?: true
}

const WORKLOADS = /^(Deployment|DaemonSet|ReplicaSet|StatefulSet)$/

/** Source: the deprecated API migration guide of Kubernetes. */
const REMOVED: Readonly<Record<string, readonly Removed[]>> = {
  'extensions/v1beta1': [
    { kinds: WORKLOADS, since: '1.16', instead: 'apps/v1' },
    { kinds: /^NetworkPolicy$/, since: '1.16', instead: 'networking.k8s.io/v1', same: true },
    { kinds: /^Ingress$/, since: '1.22', instead: 'networking.k8s.io/v1' },
    { kinds: /^PodSecurityPolicy$/, since: '1.16', instead: 'Pod Security Standards' },
  ],
  'apps/v1beta1': [{ kinds: WORKLOADS, since: '1.16', instead: 'apps/v1' }],
  'apps/v1beta2': [{ kinds: WORKLOADS, since: '1.16', instead: 'apps/v1' }],
  'networking.k8s.io/v1beta1': [
    { kinds: /^IngressClass$/, since: '1.22', instead: 'networking.k8s.io/v1', same: true },
    { kinds: /^Ingress$/, since: '1.22', instead: 'networking.k8s.io/v1' },
  ],
  'batch/v1beta1': [{ kinds: /^CronJob$/, since: '1.25', instead: 'batch/v1', same: true }],
  'policy/v1beta1': [
    { kinds: /^PodDisruptionBudget$/, since: '1.25', instead: 'policy/v1' },
    { kinds: /^PodSecurityPolicy$/, since: '1.25', instead: 'Pod Security Standards' },
  ],
  'rbac.authorization.k8s.io/v1beta1': [
    { kinds: /^(Cluster)?Role(Binding)?$/, since: '1.22', instead: 'rbac.authorization.k8s.io/v1', same: true },
  ],
  'autoscaling/v2beta1': [{ kinds: /./, since: '1.25', instead: 'autoscaling/v2' }],
  'autoscaling/v2beta2': [{ kinds: /./, since: '1.26', instead: 'autoscaling/v2' }],
  'admissionregistration.k8s.io/v1beta1': [
    { kinds: /WebhookConfiguration$/, since: '1.22', instead: 'admissionregistration.k8s.io/v1' },
  ],
  'apiextensions.k8s.io/v1beta1': [{ kinds: /./, since: '1.22', instead: 'apiextensions.k8s.io/v1' }],
  'apiregistration.k8s.io/v1beta1': [{ kinds: /./, since: '1.22', instead: 'apiregistration.k8s.io/v1', same: true }],
  'certificates.k8s.io/v1beta1': [{ kinds: /./, since: '1.22', instead: 'certificates.k8s.io/v1' }],
  'coordination.k8s.io/v1beta1': [{ kinds: /^Lease$/, since: '1.22', instead: 'coordination.k8s.io/v1', same: true }],
  'discovery.k8s.io/v1beta1': [{ kinds: /./, since: '1.25', instead: 'discovery.k8s.io/v1' }],
  'scheduling.k8s.io/v1beta1': [{ kinds: /./, since: '1.22', instead: 'scheduling.k8s.io/v1', same: true }],
  'storage.k8s.io/v1beta1': [
    {
      kinds: /^(CSIDriver|CSINode|StorageClass|VolumeAttachment)$/,
      since: '1.22',
      instead: 'storage.k8s.io/v1',
      same: true,
    },
  ],
  'flowcontrol.apiserver.k8s.io/v1beta1': [{ kinds: /./, since: '1.26', instead: 'flowcontrol.apiserver.k8s.io/v1' }],
  'flowcontrol.apiserver.k8s.io/v1beta2': [{ kinds: /./, since: '1.29', instead: 'flowcontrol.apiserver.k8s.io/v1' }],
  'flowcontrol.apiserver.k8s.io/v1beta3': [{ kinds: /./, since: '1.32', instead: 'flowcontrol.apiserver.k8s.io/v1' }],
}

const job = (version: string) => `
apiVersion: ${version}
kind: CronJob
metadata: { name: backup, namespace: shop }
spec: { schedule: "0 3 * * *", concurrencyPolicy: Forbid }`

export const deprecatedApi = {
  id: 'kubernetes.deprecated-api',
  severity: 'medium',
  title: 'The cluster no longer knows this kind of object',
  looksFor: 'API versions that Kubernetes has removed.',
  why: 'A cluster of today refuses the object, so its policy, role or backup job is not there; or the cluster is one that gets no security fixes any more.',
  fix: 'Write the object in the version that took its place; its fields may have changed.',
  bad: manifest(job('batch/v1beta1')),
  good: manifest(job('batch/v1')),
  applies: (stack) => stack.kubernetes.length > 0,
  check(stack, report) {
    for (const object of stack.kubernetes) {
      const removed = lookUp(REMOVED, object.apiVersion)?.find(({ kinds }) => kinds.test(object.kind))
      if (removed === undefined) continue
      report({
        ...about(object, at(object.tree, 'apiVersion')?.at ?? object.at),
        observed: `${object.kind} of ${object.apiVersion}, removed in Kubernetes ${removed.since}`,
        expected: removed.instead,
        ...(removed.same === true ? mend(object, ['apiVersion'], removed.instead) : {}),
      })
    }
  },
} satisfies Rule
