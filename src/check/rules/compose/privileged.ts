import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, servicesOf } from './services.ts'

export const privileged = {
  id: 'compose.privileged',
  severity: 'critical',
  title: 'A container has all rights of the host',
  looksFor: 'Services with privileged: true.',
  why: 'It may use every device and change the kernel. Whoever takes it over owns the machine.',
  fix: 'Take privileged out, and give the one device or capability that it really needs.',
  bad: web('privileged: true'),
  good: web('privileged: false'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (service.privileged?.value !== true) continue
      report({
        ...about(service, service.privileged.at),
        observed: `${service.name} is privileged`,
        expected: 'not privileged; single devices or capabilities at most',
      })
    }
  },
} satisfies Rule
