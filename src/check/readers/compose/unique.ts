import { lookUp } from '../../text/lookup.ts'
import { at, type List, type Tree, textOf } from '../../text/tree.ts'
import { parseMount } from './mounts.ts'
import { parsePort } from './ports.ts'

/** What makes two items of a list the same: the later one then takes the place of the earlier. By key of a service. */
const KEYS: Readonly<Record<string, (item: Tree) => string | undefined>> = {
  cap_add: name,
  cap_drop: name,
  configs: target(''),
  devices: (item) => textOf(at(item, 'target')) ?? textOf(item)?.split(':')[1] ?? textOf(item),
  dns: name,
  dns_opt: name,
  dns_search: name,
  env_file: (item) => textOf(at(item, 'path')) ?? textOf(item),
  expose: textOf,
  extra_hosts: textOf,
  links: name,
  ports: port,
  profiles: name,
  secrets: target('/run/secrets'),
  tmpfs: name,
  volumes: (item) => parseMount(item, '/')?.target,
}

function name(item: Tree): string | undefined {
  return textOf(item)?.split('=')[0]
}

function target(folder: string) {
  return (item: Tree) => textOf(at(item, 'target')) ?? `${folder}/${textOf(at(item, 'source')) ?? textOf(item) ?? ''}`
}

function port(item: Tree): string | undefined {
  const parsed = parsePort(item)
  if (typeof parsed === 'string' || parsed === undefined) return undefined
  return [parsed.hostAddress, parsed.published, parsed.target, parsed.protocol].join('/')
}

/** The list of a service's key, with repeated items taken out. An item that can't be compared stays. */
export function dropRepeated(list: List, key: string): List {
  const keyOf = lookUp(KEYS, key)
  if (keyOf === undefined) return list
  const places = new Map<string, number>()
  const items: Tree[] = []
  for (const item of list.items) {
    const id = keyOf(item)
    const before = id === undefined ? undefined : places.get(id)
    if (before !== undefined) items[before] = item
    else {
      if (id !== undefined) places.set(id, items.length)
      items.push(item)
    }
  }
  return { ...list, items }
}
