import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

const MANDATORY: ReadonlySet<string> = new Set(['apparmor', 'selinux', 'smack', 'tomoyo'])

export const noMandatoryAccessControl = {
  id: 'host.no-mandatory-access-control',
  severity: 'medium',
  title: 'Neither AppArmor nor SELinux is active',
  looksFor: 'The security modules of the running kernel.',
  why: 'They stop a process that got out of its container from touching the rest of the machine. Without one, the profiles of Docker have no effect.',
  fix: 'Install AppArmor ("apt install apparmor") or switch SELinux to enforcing, and restart.',
  bad: { 'live-host.json': '{ "securityModules": ["capability", "landlock"] }' },
  good: { 'live-host.json': '{ "securityModules": ["capability", "landlock", "apparmor"] }' },
  applies: ({ liveHost }) => liveHost?.securityModules !== undefined,
  check({ liveHost }, report) {
    const modules = liveHost!.securityModules!
    if (modules.some((name) => MANDATORY.has(name))) return
    report({
      at: wholeFile('host:/sys/kernel/security/lsm'),
      observed: modules.join(', ') || 'none',
      expected: 'apparmor or selinux',
    })
  },
} satisfies Rule
