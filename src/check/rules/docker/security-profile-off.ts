import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const securityProfileOff = {
  id: 'docker.security-profile-off',
  severity: 'medium',
  title: 'A running container has no AppArmor, SELinux or seccomp profile',
  looksFor:
    'Security options "unconfined" and containers without an AppArmor profile, on an engine that has one to give.',
  why: 'The profile forbids what an attacker needs to get out of a container: mounting, tracing, writing to the kernel.',
  fix: 'Take "apparmor:unconfined" and "seccomp:unconfined" out of security_opt.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "securityOpt": ["apparmor:unconfined"]}]}',
  },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1"}]}' },
  applies: hasContainers,
  check(stack, report) {
    const options = stack.liveDocker!.securityOptions
    const confined = options.some((option) => /^name=(apparmor|selinux)/.test(option))
    if (!confined)
      report({
        at: wholeFile('docker:engine'),
        observed: 'the engine has neither AppArmor nor SELinux',
        expected: 'one of them',
      })
    for (const container of runningOf(stack)) {
      const off = container.securityOpt.filter((option) => /(unconfined|label[:=]disable)$/.test(option))
      if (off.length > 0) report({ ...about(container), observed: off.join(', '), expected: 'the default profiles' })
    }
  },
} satisfies Rule
