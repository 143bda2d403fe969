import { hostOf, isPublicAddress, namesDataServer } from '../../facts/address.ts'
import { textItems } from '../../readers/kubernetes/texts.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Place } from '../../text/place.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind, hasWorkloads, ofKind } from './objects.ts'
import { deployment } from './sample.ts'
import { configMapValues, environmentValues, secretValues } from './values.ts'

const DATA_PORTS = new Set(['1433', '3306', '5432', '5672', '6379', '9200', '27017'])

export const publicDataAddress = {
  id: 'kubernetes.public-data-address',
  severity: 'high',
  title: 'The application talks to its database over the public network',
  looksFor:
    'Public addresses behind names such as DATABASE_HOST, in env, ConfigMaps and Secrets, and in Endpoints for ports of databases. Host names are not looked up.',
  why: 'The database has to be reachable from the internet for that, and what is said to it crosses foreign networks.',
  fix: 'Use the address of the database in the private network of the servers, or a tunnel.',
  bad: deployment('env:\n  - { name: DATABASE_HOST, value: 203.0.113.5 }'),
  good: deployment('env:\n  - { name: DATABASE_HOST, value: 10.0.0.5 }'),
  applies: (stack) => hasWorkloads(stack) || hasKind('Endpoints', 'EndpointSlice', 'ConfigMap', 'Secret')(stack),
  check(stack, report) {
    const expected = 'an address of the private network'
    for (const { object, name, value, at: place, where } of [
      ...environmentValues(stack),
      ...configMapValues(stack),
      ...secretValues(stack),
    ]) {
      if (!namesDataServer(name) || !isPublicAddress(hostOf(value))) continue
      report({ ...about(object, place), observed: `${name} in ${where} is a public address`, expected })
    }
    for (const object of ofKind(stack, 'Endpoints', 'EndpointSlice')) {
      for (const place of publicEndpoints(object)) {
        report({ ...about(object, place), observed: 'the Service leads to a public address', expected })
      }
    }
  },
} satisfies Rule

function publicEndpoints({ kind, tree }: KubernetesObject): readonly Place[] {
  const parts = kind === 'Endpoints' ? itemsOf(at(tree, 'subsets')) : [tree]
  return parts.flatMap((part) => {
    if (!itemsOf(at(part, 'ports')).some((port) => DATA_PORTS.has(textOf(at(port, 'port')) ?? ''))) return []
    const list = itemsOf(at(part, kind === 'Endpoints' ? 'addresses' : 'endpoints'))
    const single = list.flatMap((item) => at(item, 'ip') ?? [])
    const texts = [
      ...single.map((tree) => ({ value: textOf(tree) ?? '', at: tree.at })),
      ...list.flatMap((item) => textItems(at(item, 'addresses'))),
    ]
    return texts.filter(({ value }) => isPublicAddress(value)).map((found) => found.at)
  })
}
