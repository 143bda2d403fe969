import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { shop } from './sample.ts'
import { listed, servicesOf } from './services.ts'

export const defaultNetwork = {
  id: 'compose.default-network',
  severity: 'medium',
  title: 'All services are on one network that nobody chose',
  looksFor: 'Two services or more, all of them on the default network of the project.',
  why: 'Each service reaches every port of each other one, and the internet. Whoever takes one over goes on from there.',
  fix: 'Declare networks: one between proxy and application, and an internal one for each database and what asks it.',
  bad: shop({}),
  good: shop({
    web: 'networks: [front, data]',
    db: 'networks: [data]',
    more: 'networks:\n  front: {}\n  data:\n    internal: true\n',
  }),
  applies: (stack) => joined(stack).length > 1,
  check(stack, report) {
    const services = joined(stack)
    if (stack.compose === undefined || services.some((service) => !isOnDefaultOnly(service))) return
    report({
      at: stack.compose.networks.get('default')?.at ?? wholeFile(stack.compose.files[0] ?? ''),
      observed: `${listed(services.map(({ name }) => name))} share the network default`,
      expected: 'networks of their own for what belongs together',
    })
  },
} satisfies Rule

function joined(stack: Stack): readonly Service[] {
  return servicesOf(stack).filter(({ networks }) => networks.length > 0)
}

function isOnDefaultOnly({ networks }: Service): boolean {
  return networks.every(({ value }) => value === 'default')
}
