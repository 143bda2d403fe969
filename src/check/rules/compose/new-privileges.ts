import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, merge, servicesOf } from './services.ts'

export const newPrivileges = {
  id: 'compose.new-privileges',
  severity: 'low',
  title: 'A process can gain rights that its container did not begin with',
  looksFor: 'Services without no-new-privileges:true in security_opt.',
  why: 'A program in the image that runs as its owner (setuid) makes an ordinary user inside to root.',
  fix: 'Add no-new-privileges:true to security_opt.',
  bad: web(''),
  good: web('security_opt: ["no-new-privileges:true"]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (service.privileged?.value || service.securityOpt.some(({ value }) => isSet(value))) continue
      report({
        ...about(service, service.securityOpt[0]?.at),
        observed: `${service.name} has no no-new-privileges`,
        expected: 'security_opt: [no-new-privileges:true]',
        repair: merge(service, ['security_opt'], ['no-new-privileges:true']),
      })
    }
  },
} satisfies Rule

function isSet(option: string): boolean {
  return /^no-new-privileges(?:[:=]true)?$/i.test(option)
}
