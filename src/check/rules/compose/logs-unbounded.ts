import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { BOUNDED_LOGGING, loggingOf } from './logging.ts'
import { web } from './sample.ts'
import { about, hasServices, merge, servicesOf } from './services.ts'

export const logsUnbounded = {
  id: 'compose.logs-unbounded',
  severity: 'low',
  title: "A container's log grows until the disk is full",
  looksFor:
    'Services whose log driver is json-file, which it is by default, without max-size, unless the daemon.json that was read sets one.',
  why: 'Docker never rotates these files by itself. Somebody who makes the service log a lot fills the disk, and the database stops.',
  fix: 'Set logging with max-size and max-file, for all services or in /etc/docker/daemon.json.',
  bad: web('logging: { driver: json-file }'),
  good: web('logging:\n  driver: json-file\n  options: { max-size: 10m, max-file: "5" }'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const { at, driver, maxSize } = loggingOf(service)
      if (maxSize !== undefined || (driver ?? 'json-file') !== 'json-file' || isBoundedByEngine(stack)) continue
      report({
        ...about(service, at),
        observed: `the log of ${service.name} has no max-size`,
        expected: 'logging with max-size and max-file',
        repair: merge(service, ['logging'], BOUNDED_LOGGING),
      })
    }
  },
} satisfies Rule

function isBoundedByEngine({ host }: Stack): boolean {
  const values = host?.daemon?.values
  const options = values?.get('log-opts')?.value
  const bounded = typeof options === 'object' && options !== null && 'max-size' in options
  return bounded || (values?.get('log-driver')?.value ?? 'json-file') !== 'json-file'
}
