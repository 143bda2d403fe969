import type { ComposeRepair } from '../../fix/repair.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, imageFacts, merge, servicesOf } from './services.ts'

/** With a repair only where it is known what the image writes to: others would fail. */
export const writableRoot = {
  id: 'compose.writable-root',
  severity: 'low',
  title: 'A container may change its own program files',
  looksFor: 'Services without read_only: true.',
  why: 'An attacker inside changes the program or brings tools along, and nothing but a new container takes them away.',
  fix: 'Set read_only: true, with a tmpfs where the program writes, such as /tmp, and volumes for its data.',
  bad: web(''),
  good: web('read_only: true\ntmpfs: [/tmp]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      if (service.readOnly?.value === true) continue
      const repair = repairOf(stack, service)
      report({
        ...about(service, service.readOnly?.at),
        observed: `${service.name} can write to its root file system`,
        expected: 'read_only: true',
        ...(repair === undefined ? {} : { repair }),
      })
    }
  },
} satisfies Rule

function repairOf(stack: Stack, service: Service): readonly ComposeRepair[] | undefined {
  const writes = service.build === undefined ? imageFacts(stack, service)?.writes : undefined
  // The image fills templates in below /etc when it starts.
  const fills = service.mounts.some(({ target }) => target.startsWith('/etc/nginx/templates'))
  if (writes === undefined || fills) return undefined
  const missing = writes.filter((path) => !service.mounts.some(({ target }) => target === path))
  const readOnly = merge(service, ['read_only'], true)
  return missing.length === 0 ? [readOnly] : [readOnly, merge(service, ['tmpfs'], missing)]
}
