import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, replace, servicesOf } from './services.ts'

const OFF = /^(?:(?:apparmor|seccomp|systempaths)[:=]unconfined|label[:=]disable)$/i

export const unconfined = {
  id: 'compose.unconfined',
  severity: 'high',
  title: 'A guard of the kernel is switched off for a container',
  looksFor: 'security_opt with apparmor, seccomp or systempaths unconfined, or label disabled.',
  why: 'AppArmor, SELinux and seccomp stop most known ways out of a container. Without them one hole in the kernel or one added right is enough.',
  fix: 'Take the option out; if something fails, give a profile of its own that permits just that.',
  bad: web('security_opt: ["apparmor:unconfined"]'),
  good: web('security_opt: ["no-new-privileges:true"]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const kept = service.securityOpt.map(({ value }) => value).filter((value) => !OFF.test(value))
      for (const { value, at } of service.securityOpt) {
        if (!OFF.test(value)) continue
        report({
          ...about(service, at),
          observed: `${service.name} has ${value}`,
          expected: 'the profile that Docker gives by itself, or a narrower one',
          repair: replace(service, ['security_opt'], [...new Set([...kept, 'no-new-privileges:true'])]),
        })
      }
    }
  },
} satisfies Rule
