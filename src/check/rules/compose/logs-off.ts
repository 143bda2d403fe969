import type { Rule } from '../rule.ts'
import { BOUNDED_LOGGING, loggingOf } from './logging.ts'
import { web } from './sample.ts'
import { about, hasServices, replace, servicesOf } from './services.ts'

export const logsOff = {
  id: 'compose.logs-off',
  severity: 'medium',
  title: "A container's log is thrown away",
  looksFor: 'Services with the logging driver none.',
  why: 'After a break-in nobody can say what happened, and a fault leaves no trace.',
  fix: 'Keep the log, with max-size so that it does not fill the disk.',
  bad: web('logging: { driver: none }'),
  good: web('logging: { driver: local }'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const { at, driver } = loggingOf(service)
      if (driver !== 'none') continue
      report({
        ...about(service, at),
        observed: `${service.name} has the logging driver none`,
        expected: 'a driver that keeps the log',
        repair: replace(service, ['logging'], BOUNDED_LOGGING),
      })
    }
  },
} satisfies Rule
