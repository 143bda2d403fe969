import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, servicesOf } from './services.ts'

/** With one of these a process leaves its container, or rules over others. */
const DANGEROUS: ReadonlySet<string> = new Set([
  ...['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_BOOT', 'SYS_TIME', 'DAC_READ_SEARCH', 'BPF'],
  ...['PERFMON', 'NET_ADMIN', 'MAC_ADMIN', 'MAC_OVERRIDE', 'SYSLOG', 'LINUX_IMMUTABLE', 'AUDIT_CONTROL'],
])
/** Tunnels set up a network device, within a network of their own. */
const TUNNEL = /wireguard|wg-easy|tailscale|gluetun|openvpn|headscale|zerotier|nebula/i

export const dangerousCapability = {
  id: 'compose.dangerous-capability',
  severity: 'high',
  title: 'A container has a capability that is nearly root of the host',
  looksFor:
    'SYS_ADMIN, SYS_PTRACE, NET_ADMIN, DAC_READ_SEARCH, ALL and their like in cap_add. Low for NET_ADMIN of a tunnel.',
  why: 'With such a right a process mounts disks, reads memory of others, loads code into the kernel or bends the network. The container holds it no longer.',
  fix: 'Take the capability out of cap_add and see what fails; often it is one feature that nobody uses.',
  bad: web('cap_add: [SYS_ADMIN]'),
  good: web('cap_add: [NET_BIND_SERVICE]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      for (const { value, at } of service.capAdd) {
        const name = value.toUpperCase().replace(/^CAP_/, '')
        if (!DANGEROUS.has(name)) continue
        const tunnel = name === 'NET_ADMIN' && TUNNEL.test(`${service.name} ${service.image?.value.repository ?? ''}`)
        report({
          ...about(service, at),
          severity: tunnel ? 'low' : 'high',
          observed: `${service.name} is given ${name}`,
          expected: `no ${name}`,
        })
      }
    }
  },
} satisfies Rule
