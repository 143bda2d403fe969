import type { Network, Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { hasRole, servicesOf } from './services.ts'

/** The networks of a service, as they are declared. */
export function networksOf({ compose }: Stack, service: Service): readonly Network[] {
  return service.networks.flatMap(({ value }) => compose?.networks.get(value) ?? [])
}

/** Networks from which a packet finds the internet. Whether one that is made elsewhere is internal can't be known. */
export function openNetworks(stack: Stack, service: Service): readonly Network[] {
  return networksOf(stack, service).filter(
    ({ internal, external, driver }) => !internal && !external && driver !== 'none',
  )
}

/** No project that is real has more on one network; of one that is made to take long, these are looked at. */
const MOST_NEIGHBOURS = 200

const members = new WeakMap<Stack, ReadonlyMap<string, readonly Service[]>>()

/** The services on each network. */
function membersOf(stack: Stack): ReadonlyMap<string, readonly Service[]> {
  const before = members.get(stack)
  if (before !== undefined) return before
  const made = new Map<string, Service[]>()
  for (const service of servicesOf(stack)) {
    for (const { value } of service.networks) {
      const list = made.get(value)
      if (list === undefined) made.set(value, [service])
      else list.push(service)
    }
  }
  members.set(stack, made)
  return made
}

/** Services that share a network with this one, in the order of the file. */
export function neighbours(stack: Stack, service: Service): readonly Service[] {
  const near = new Set<Service>()
  for (const { value } of service.networks) {
    for (const other of membersOf(stack).get(value) ?? []) {
      if (near.size > MOST_NEIGHBOURS) break
      near.add(other)
    }
  }
  near.delete(service)
  return service.networks.length === 1 ? [...near] : servicesOf(stack).filter((other) => near.has(other))
}

/** Everybody on any of these networks. */
export function servicesOn(stack: Stack, names: Iterable<string>): readonly Service[] {
  return [...new Set([...names].flatMap((name) => membersOf(stack).get(name) ?? []))]
}

/** Has one service any business with another: by its role, or because it names it? */
export function needs(stack: Stack, service: Service, other: Service): boolean {
  return hasRole(stack, service, 'app', 'worker', 'backup') || names(service, other.name)
}

/** A variable that is called like this holds no address, and often a word like `postgres`. */
const NO_ADDRESS = /USER|PASS|SECRET|TOKEN|KEY|NAME|_DB$|DATABASE$/i

function names(service: Service, name: string): boolean {
  if (service.dependsOn.some(({ value }) => value === name)) return true
  const values = [...service.environment.values()].filter(
    (one) => one.by === 'environment' && !NO_ADDRESS.test(one.name),
  )
  const texts = [...values.map(({ value }) => value ?? ''), ...service.command.map(({ value }) => value)]
  return texts.some((text) => holdsHost(text, name))
}

/** Is this host named: alone, in a URL, or with a port? */
export function holdsHost(text: string, name: string): boolean {
  for (let index = text.indexOf(name); index !== -1; index = text.indexOf(name, index + 1)) {
    const before = text[index - 1] ?? ''
    const after = text[index + name.length] ?? ''
    if ((before === '' || '/@,=; '.includes(before)) && (after === '' || ':/,; '.includes(after))) return true
  }
  return false
}
