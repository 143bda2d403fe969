import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { bytesOf, limitRepair, usualLimits } from './limits.ts'
import { web } from './sample.ts'
import { about, hasServices, servicesOf } from './services.ts'

export const memoryLimit = {
  id: 'compose.memory-limit',
  severity: 'medium',
  title: 'A container may use all memory of the machine',
  looksFor: 'Services without mem_limit or deploy.resources.limits.memory. A reservation is no limit.',
  why: 'One request that needs too much memory, or a leak, and the kernel ends whatever it likes: the database, or SSH.',
  fix: 'Set a limit well above what the service uses on a busy day.',
  bad: web('mem_reservation: 256m'),
  good: web('mem_limit: 1g'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (bytesOf(service.limits.memory?.value) > 0) continue
      const { memory } = usualLimits(stack, service)
      const reserved =
        textOf(at(service.tree, 'deploy', 'resources', 'reservations', 'memory')) ??
        textOf(at(service.tree, 'mem_reservation'))
      report({
        ...about(service, service.limits.memory?.at),
        observed: `${service.name} has no limit for memory`,
        expected: `mem_limit, such as ${memory}`,
        // The engine refuses a limit below the reservation.
        ...(bytesOf(reserved) > bytesOf(memory) ? {} : { repair: limitRepair(service, 'memory', memory) }),
      })
    }
  },
} satisfies Rule
