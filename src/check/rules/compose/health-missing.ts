import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, dockerfileOf, hasServices, imageFacts, merge, servicesOf } from './services.ts'

export const healthMissing = {
  id: 'compose.health-missing',
  severity: 'low',
  title: 'Nobody notices when a container hangs',
  looksFor:
    'Services without a health check, or with one that is disabled, unless their image or their Dockerfile here brings one.',
  why: 'A container that runs counts as well, even if its program answers no more; others start before it is ready.',
  fix: 'Give a healthcheck that asks the program itself.',
  bad: web('healthcheck: { disable: true }'),
  good: web('healthcheck:\n  test: [CMD, wget, -qO-, "http://127.0.0.1:3000/health"]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const { healthcheck } = service
      const known = imageFacts(stack, service)
      const own = dockerfileOf(stack, service)?.final.instructions.findLast(({ keyword }) => keyword === 'HEALTHCHECK')
      const brought = known?.checksItself === true || (own !== undefined && !/^\s*NONE\b/i.test(own.text))
      if (healthcheck?.disabled !== true && (healthcheck?.test !== undefined || brought)) continue
      const test = known?.health
      const repair = merge(service, ['healthcheck'], {
        test,
        interval: '30s',
        timeout: '5s',
        retries: 5,
        start_period: '30s',
      })
      report({
        ...about(service, healthcheck?.at),
        observed: healthcheck?.disabled
          ? `the health check of ${service.name} is disabled`
          : `${service.name} has no health check`,
        expected: 'a healthcheck that asks the program',
        ...(test === undefined || healthcheck !== undefined ? {} : { repair }),
      })
    }
  },
} satisfies Rule
