import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { servicesOf } from '../compose/services.ts'
import { isApplication } from './known.ts'
import { type Written, writtenValues } from './written.ts'

/** Settings that one program sees together. */
export interface Scope {
  /** Undefined when there is no Compose file. */
  readonly service: Service | undefined
  readonly values: ReadonlyMap<string, Written>
}

/** One for each service that is or may be the application; without a Compose file one for all env files. */
export function scopesOf(stack: Stack): readonly Scope[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const found = collect(stack)
  known.set(stack, found)
  return found
}

const known = new WeakMap<Stack, readonly Scope[]>()

function collect(stack: Stack): readonly Scope[] {
  const all = writtenValues(stack)
  if (stack.compose === undefined) {
    return all.length === 0 ? [] : [{ service: undefined, values: new Map(all.map((one) => [one.name, one])) }]
  }
  return servicesOf(stack)
    .filter((service) => isApplication(stack, service))
    .map((service) => {
      const own = all.filter(({ services }) => services.includes(service))
      return { service, values: new Map(own.map((one) => [one.name, one])) }
    })
}

/** Keeps the first finding of each place: the worker has the settings of the application, too. */
export function oncePerPlace(): (written: Written) => boolean {
  const seen = new Set<string>()
  return ({ name, at }) => {
    const key = `${name} ${at.file}:${at.line}:${at.column}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
}
