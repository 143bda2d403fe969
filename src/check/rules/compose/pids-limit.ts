import type { Rule } from '../rule.ts'
import { limitRepair, usualLimits } from './limits.ts'
import { web } from './sample.ts'
import { about, hasServices, servicesOf } from './services.ts'

export const pidsLimit = {
  id: 'compose.pids-limit',
  severity: 'low',
  title: 'A container may start any number of processes',
  looksFor: 'Services without pids_limit or deploy.resources.limits.pids.',
  why: 'A program that starts itself again and again (a fork bomb) fills the process table of the whole machine.',
  fix: 'Set pids_limit to some hundreds.',
  bad: web('pids_limit: -1'),
  good: web('pids_limit: 200'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (Number(service.limits.pids?.value ?? 0) > 0) continue
      const { pids } = usualLimits(stack, service)
      report({
        ...about(service, service.limits.pids?.at),
        observed: `${service.name} has no limit for processes`,
        expected: `pids_limit, such as ${pids}`,
        repair: limitRepair(service, 'pids', pids),
      })
    }
  },
} satisfies Rule
