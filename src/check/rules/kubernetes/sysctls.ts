import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads, runners } from './objects.ts'
import { deployment } from './sample.ts'

const SAFE = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
])

/** Pod Security Standards, baseline: Sysctls. */
export const sysctls = {
  id: 'kubernetes.sysctls',
  severity: 'high',
  title: 'A pod changes settings of the kernel',
  looksFor: 'Sysctls of a pod that are not among those that stay within the pod.',
  why: 'Most settings of the kernel hold for the whole node: a pod that changes them switches off protections of all others or starves them.',
  fix: 'Take the sysctl out. Settings of the node belong to the node.',
  bad: deployment('', 'securityContext:\n  sysctls:\n    - { name: kernel.msgmax, value: "65536" }'),
  good: deployment('', 'securityContext:\n  sysctls:\n    - { name: net.ipv4.tcp_syncookies, value: "1" }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const object of runners(stack)) {
      for (const item of itemsOf(at(object.workload.pod, 'securityContext', 'sysctls'))) {
        const name = textOf(at(item, 'name')) ?? ''
        if (SAFE.has(name.replaceAll('/', '.'))) continue
        report({ ...about(object, item.at), observed: `the pod sets ${name}`, expected: 'no sysctl beyond the pod' })
      }
    }
  },
} satisfies Rule
