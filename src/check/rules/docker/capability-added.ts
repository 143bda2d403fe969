import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

/** What a container has without asking (moby: oci/caps/defaults.go). */
const DEFAULT: ReadonlySet<string> = new Set([
  ...['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID', 'SETFCAP', 'SETPCAP'],
  ...['NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL', 'AUDIT_WRITE'],
])
/** With one of these a process leaves its container. */
const ROOT: ReadonlySet<string> = new Set(['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'DAC_READ_SEARCH', 'SYS_RAWIO', 'BPF'])

export const capabilityAdded = {
  id: 'docker.capability-added',
  severity: 'medium',
  title: 'A running container has more capabilities than usual',
  looksFor: 'Capabilities beyond what Docker gives by default.',
  why: 'Several of them are as good as root of the host (SYS_ADMIN, SYS_MODULE, SYS_PTRACE with the processes of the host, DAC_READ_SEARCH).',
  fix: 'Take the capability out of cap_add and see what fails; often nothing does.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "capAdd": ["SYS_ADMIN"]}]}' },
  good: {
    'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "capAdd": ["NET_BIND_SERVICE"]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const added = container.capAdd.filter((name) => !DEFAULT.has(name))
      if (added.length === 0) continue
      const observation = { ...about(container), observed: added.join(', '), expected: 'none beyond the default' }
      report(added.some((name) => ROOT.has(name)) ? { ...observation, severity: 'high' } : observation)
    }
  },
} satisfies Rule
