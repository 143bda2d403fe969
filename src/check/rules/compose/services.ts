import type { KnownImage } from '../../facts/known-images.ts'
import { knownImage } from '../../facts/known-images.ts'
import type { ComposeRepair } from '../../fix/repair.ts'
import type { ProfileService } from '../../profile/profile.ts'
import { serviceFacts } from '../../profile/service.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Dockerfile } from '../../readers/dockerfile/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'

type Role = ProfileService['role']

/** Every rule asks, and finding it means to compare many patterns. */
const facts = new WeakMap<Stack, Map<Service, ProfileService | undefined>>()

export function servicesOf({ compose }: Stack): readonly Service[] {
  return compose?.services ?? []
}

/** For rules that look at every service. */
export function hasServices(stack: Stack): boolean {
  return servicesOf(stack).length > 0
}

/** What the profile says of a service; undefined when nothing is known. */
export function factsOf(stack: Stack, service: Service): ProfileService | undefined {
  const known = facts.get(stack) ?? new Map<Service, ProfileService | undefined>()
  facts.set(stack, known)
  if (!known.has(service)) known.set(service, findFacts(stack, service))
  return known.get(service)
}

/** When it is built here, the name under `image` is only what the result is called, and yet it may be a known one. */
function findFacts(stack: Stack, service: Service): ProfileService | undefined {
  const { profile } = stack
  const named = service.image?.value.text
  const built = service.build === undefined ? undefined : serviceFacts(profile, '', named)
  return built ?? serviceFacts(profile, service.name, imageText(stack, service))
}

/** Its role; what is built here and unknown is the application. */
export function roleOf(stack: Stack, service: Service): Role | undefined {
  return factsOf(stack, service)?.role ?? (service.build === undefined ? undefined : 'app')
}

export function hasRole(stack: Stack, service: Service, ...roles: readonly Role[]): boolean {
  const role = roleOf(stack, service)
  return role !== undefined && roles.includes(role)
}

const DATA: readonly Role[] = ['database', 'cache', 'search', 'queue', 'model']

/** Does it keep data for others, or a model? People have no business there. */
export function isData(stack: Stack, service: Service): boolean {
  return hasRole(stack, service, ...DATA)
}

/** A service through which requests come in: not what only fetches certificates or signs people in. */
export function isReverseProxy(stack: Stack, service: Service): boolean {
  const words = `${service.name} ${service.image?.value.repository ?? ''}`
  return hasRole(stack, service, 'proxy') && !/certbot|acme|letsencrypt|authelia|authentik|keycloak/i.test(words)
}

/** The Dockerfile that a service is built from. */
export function dockerfileOf({ dockerfiles }: Stack, service: Service): Dockerfile | undefined {
  return dockerfiles.find(({ services }) => services.includes(service.name))
}

/** What is known of the image, or of the one that a Dockerfile here begins with. */
export function imageFacts(stack: Stack, service: Service): KnownImage | undefined {
  const text = imageText(stack, service)
  return text === undefined ? undefined : knownImage(text, text.split('@', 1)[0]?.split(':').at(-1))
}

/** The image that it runs, or that the Dockerfile here begins with. */
function imageText(stack: Stack, service: Service): string | undefined {
  let stage = dockerfileOf(stack, service)?.final
  while (stage?.parent !== undefined) stage = stage.parent
  return stage?.image?.value.text ?? service.image?.value.text
}

/** The beginning of an observation: where, and of which service. */
export function about(service: Service, place?: Place): { readonly at: Place; readonly service: string } {
  return { at: place ?? service.at, service: service.name }
}

/** A repair of one key of a service, which Compose merges with what is there. */
export function merge(service: Service, path: readonly string[], value: unknown): ComposeRepair {
  return { kind: 'compose', path: ['services', service.name, ...path], value, how: 'merge' }
}

/** A repair that takes the place of what a key says. */
export function replace(service: Service, path: readonly string[], value: unknown): ComposeRepair {
  return { kind: 'compose', path: ['services', service.name, ...path], value, how: 'replace' }
}

/** Names that a sentence spells out. */
const MOST_LISTED = 12

/** `a`, `a and b`, `a, b and c`; of very many the first ones and how many there are besides. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  if (items.length <= MOST_LISTED) return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
  return `${items.slice(0, MOST_LISTED).join(', ')} and ${items.length - MOST_LISTED} more`
}
