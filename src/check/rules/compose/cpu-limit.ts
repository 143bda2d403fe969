import type { Rule } from '../rule.ts'
import { limitRepair } from './limits.ts'
import { web } from './sample.ts'
import { about, hasRole, hasServices, servicesOf } from './services.ts'

export const cpuLimit = {
  id: 'compose.cpu-limit',
  severity: 'low',
  title: 'A container may use all processors of the machine',
  looksFor: 'Services without cpus or deploy.resources.limits.cpus.',
  why: 'One request that computes without end, or a miner that somebody brought in, and everything else stands still.',
  fix: 'Set cpus to what the service needs at most, below the number of processors.',
  bad: web('cpu_shares: 512'),
  good: web('cpus: 1.5'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (Number(service.limits.cpus?.value ?? 0) > 0) continue
      // The engine refuses more than the machine has, and every machine has one; a model needs them all.
      const repair = hasRole(stack, service, 'model') ? {} : { repair: limitRepair(service, 'cpus', '1.0') }
      report({
        ...about(service, service.limits.cpus?.at),
        observed: `${service.name} has no limit for CPU`,
        expected: 'cpus, such as 1.0',
        ...repair,
      })
    }
  },
} satisfies Rule
