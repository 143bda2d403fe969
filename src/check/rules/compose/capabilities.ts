import type { ComposeRepair } from '../../fix/repair.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { isRoot } from './root-user.ts'
import { web } from './sample.ts'
import { about, hasRole, hasServices, imageFacts, merge, servicesOf } from './services.ts'

export const capabilities = {
  id: 'compose.capabilities',
  severity: 'low',
  title: 'A container keeps rights of root that it was never asked about',
  looksFor: 'Services whose cap_drop does not name ALL. Privileged ones are left out, as they have every right anyway.',
  why: 'Docker gives every container 14 parts of the power of root. An attacker inside uses them, the application hardly ever does.',
  fix: 'Set cap_drop to [ALL], and cap_add to the few that fail without: mostly those that an image needs to change its user at the start.',
  bad: web('user: "1000"'),
  good: web('user: "1000"\ncap_drop: [ALL]'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const dropped = service.capDrop.map(({ value }) => value.toUpperCase().replace(/^CAP_/, ''))
      if (service.privileged?.value || dropped.includes('ALL')) continue
      report({
        ...about(service, service.capDrop[0]?.at),
        observed: `${service.name} drops ${dropped.length === 0 ? 'nothing' : dropped.join(', ')}`,
        expected: 'cap_drop: [ALL]',
        repair: repairOf(stack, service),
      })
    }
  },
} satisfies Rule

/** What is really needed stays: an image that begins as root has to give its files and itself to another user. */
function repairOf(stack: Stack, service: Service): readonly ComposeRepair[] {
  const known = imageFacts(stack, service)?.user
  const user = service.user?.value ?? ''
  const ordinary = user === '' ? known === 'other' : !isRoot(user)
  const needed = ordinary ? [] : ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID']
  // A database listens above 1024; of others it is not known.
  if (hasRole(stack, service, 'proxy') || (!ordinary && known !== 'drops')) needed.push('NET_BIND_SERVICE')
  const given = service.capAdd.map(({ value }) => value.toUpperCase().replace(/^CAP_/, ''))
  const missing = needed.filter((name) => !given.includes(name))
  const drop = merge(service, ['cap_drop'], ['ALL'])
  return missing.length === 0 ? [drop] : [drop, merge(service, ['cap_add'], missing)]
}
