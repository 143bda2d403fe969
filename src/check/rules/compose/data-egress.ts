import type { ComposeRepair } from '../../fix/repair.ts'
import type { Network, Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { at, plain } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { networksOf, openNetworks, servicesOn } from './networks.ts'
import { project } from './sample.ts'
import { about, factsOf, isData, listed, replace, servicesOf } from './services.ts'

const sample = (networks: string) =>
  project(`services:
  ollama:
    image: ollama/ollama:0.6.2
    networks: [${networks}]
networks:
  inside:
    internal: true
  outside: {}
`)

export const dataEgress = {
  id: 'compose.data-egress',
  severity: 'medium',
  title: 'A data service has a way out to the internet',
  looksFor:
    'Databases, caches, search indexes, queues and models on a network that is not internal. High when they are on an internal one as well, which the other makes useless.',
  why: 'Whoever gets in there sends the data away or fetches tools, and nothing stands in between. Such services need no internet.',
  fix: 'Set internal: true on the network of the data, and let only the application be on another one as well.',
  bad: sample('inside, outside'),
  good: sample('inside'),
  applies: (stack) => servicesOf(stack).some((service) => isData(stack, service)),
  check(stack, report) {
    const closing = new Map<string, readonly ComposeRepair[] | undefined>()
    for (const service of servicesOf(stack)) {
      if (!isData(stack, service) || factsOf(stack, service)?.outbound) continue
      const open = openNetworks(stack, service)
      if (open.length === 0) continue
      const inside = networksOf(stack, service).filter(({ internal }) => internal)
      const key = open.map(({ name }) => name).join('\n')
      if (inside.length === 0 && !closing.has(key)) closing.set(key, close(stack, open))
      const repair = inside.length > 0 ? stay(service, inside) : closing.get(key)
      report({
        ...about(service, service.networks.find(({ value }) => value === open[0]?.name)?.at),
        severity: inside.length > 0 ? 'high' : 'medium',
        observed: `${service.name} is on ${listed(open.map(({ name }) => name))}, which ${open.length > 1 ? 'are' : 'is'} not internal`,
        expected: 'internal networks only',
        ...(repair === undefined ? {} : { repair }),
      })
    }
  },
} satisfies Rule

/** Leaves the open networks. A published port needs one of them. */
function stay(service: Service, inside: readonly Network[]): ComposeRepair | undefined {
  if (service.ports.length > 0) return undefined
  const names = inside.map(({ name }) => name)
  const tree = at(service.tree, 'networks')
  const value = tree?.kind === 'mapping' ? (plain(tree) as Readonly<Record<string, unknown>>) : undefined
  const kept = value === undefined ? names : Object.fromEntries(names.map((name) => [name, value[name]]))
  return replace(service, ['networks'], kept)
}

/** Makes the networks internal, when everybody on them is a data service or keeps another way out. */
function close(stack: Stack, open: readonly Network[]): readonly ComposeRepair[] | undefined {
  const names = new Set(open.map(({ name }) => name))
  const keepsWayOut = (service: Service) => openNetworks(stack, service).some(({ name }) => !names.has(name))
  const safe = servicesOn(stack, names).every(
    (one) => keepsWayOut(one) || (isData(stack, one) && one.ports.length === 0),
  )
  if (!safe || names.has('default')) return undefined
  return [...names].map((name) => ({
    kind: 'compose',
    path: ['networks', name, 'internal'],
    value: true,
    how: 'merge',
  }))
}
