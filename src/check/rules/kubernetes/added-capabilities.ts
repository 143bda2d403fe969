import { textItems } from '../../readers/kubernetes/texts.ts'
import { at } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

/** What a container runtime gives by itself. */
const USUAL = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

/** Any of these is as good as root on the node. */
const ROOT = new Set(['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO'])

/** Pod Security Standards, baseline: Capabilities. */
export const addedCapabilities = {
  id: 'kubernetes.added-capabilities',
  severity: 'high',
  title: 'A container is given more rights than a container has',
  looksFor: 'Capabilities that are added beyond those that a container runtime gives by itself.',
  why: 'A capability is a part of the power of root: to trace other processes, change the network, load drivers. Some of them are enough to leave the container.',
  fix: 'Take the capability out of capabilities.add. A program that listens below port 1024 needs NET_BIND_SERVICE only.',
  bad: deployment('securityContext: { capabilities: { add: [SYS_PTRACE] } }'),
  good: deployment('securityContext: { capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] } }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      for (const { value, at: place } of textItems(at(container.tree, 'securityContext', 'capabilities', 'add'))) {
        const name = value.toUpperCase().replace(/^CAP_/, '')
        if (USUAL.has(name)) continue
        report({
          ...about(object, place),
          severity: ROOT.has(name) ? 'critical' : 'high',
          observed: `${called(container)} is given ${name}`,
          expected: 'no added capability but NET_BIND_SERVICE',
        })
      }
    }
  },
} satisfies Rule
