import { serviceFacts } from '../../profile/service.ts'
import { textsOf } from '../../readers/kubernetes/texts.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import { lookUp } from '../../text/lookup.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import type { Runner } from './objects.ts'
import { perStack, runners } from './objects.ts'

const ROLES = ['database', 'cache', 'search', 'queue']

/** Does it keep data for others: a database, cache, search index or queue? Its image tells, as `db-migrate` is no database. */
export function isDataService({ profile }: Stack, { workload }: Runner): boolean {
  return workload.containers.some(({ role, image }) => {
    if (role !== 'main' || workload.finite) return false
    const facts = serviceFacts(profile, '', image?.value.text)
    return facts !== undefined && ROLES.includes(facts.role)
  })
}

/** Ports that only such services listen on. */
const PORTS: Readonly<Record<string, string>> = {
  '1433': 'SQL Server',
  '3306': 'MySQL',
  '5432': 'PostgreSQL',
  '5672': 'RabbitMQ',
  '5984': 'CouchDB',
  '6379': 'Redis',
  '9200': 'Elasticsearch',
  '9300': 'Elasticsearch',
  '11211': 'memcached',
  '27017': 'MongoDB',
}

/** Workloads by namespace and one label of their pods. */
const byLabel = perStack((stack) => {
  const pods = new Map<string, Runner[]>()
  for (const object of runners(stack)) {
    for (const label of object.workload.podLabels) {
      const key = labelKey(object.namespace, label)
      const list = pods.get(key)
      if (list === undefined) pods.set(key, [object])
      else list.push(object)
    }
  }
  return pods
})

function labelKey(namespace: string, [key, value]: readonly [string, string]): string {
  return JSON.stringify([namespace, key, value])
}

/** The workloads that a Service leads to. */
export function behind(stack: Stack, service: KubernetesObject): readonly Runner[] {
  const selector = [...textsOf(at(service.tree, 'spec', 'selector'))]
  if (selector[0] === undefined) return []
  const candidates = byLabel(stack).get(labelKey(service.namespace, selector[0])) ?? []
  return candidates.filter(({ workload }) => selector.every(([key, value]) => workload.podLabels.get(key) === value))
}

/** What kind of data a Service gives out, or undefined: by the workload behind it, else by its ports. */
export function dataBehind(stack: Stack, service: KubernetesObject): string | undefined {
  const found = behind(stack, service)
  const data = found.find((object) => isDataService(stack, object))
  if (data !== undefined) return data.name
  for (const port of itemsOf(at(service.tree, 'spec', 'ports'))) {
    for (const key of ['targetPort', 'port']) {
      const kind = lookUp(PORTS, textOf(at(port, key)) ?? '')
      if (kind !== undefined) return kind
    }
  }
  return undefined
}
