import type { Service } from '../../readers/compose/types.ts'
import type { Located, Place } from '../../text/place.ts'

/** What a socket proxy lets through that gives away more than it seems. */
export interface Allowance {
  readonly at: Place
  /** `POST /containers/create by SP_ALLOW_POST`. */
  readonly what: string
  /** Whoever may do it is root of the host. */
  readonly gives: 'host' | 'build'
}

/** A proxy may ask for a whole id. */
const ID = '0123456789abcdef'.repeat(4)

/** Requests by which one gets hold of the host, and of the builder. */
const REQUESTS: readonly (readonly [path: string, gives: Allowance['gives']])[] = [
  ['/containers/create', 'host'],
  [`/containers/${ID}/exec`, 'host'],
  [`/exec/${ID}/start`, 'host'],
  ['/volumes/create', 'host'],
  ['/plugins/pull', 'host'],
  ['/services/create', 'host'],
  ['/build', 'build'],
]

/** Parts of the API that tecnativa's and linuxserver's proxies open by one variable each, for writing with POST=1. */
const SECTIONS: readonly (readonly [name: string, request: string, gives: Allowance['gives']])[] = [
  ['CONTAINERS', 'POST /containers/create', 'host'],
  ['EXEC', 'POST /exec', 'host'],
  ['VOLUMES', 'POST /volumes/create', 'host'],
  ['PLUGINS', 'POST /plugins/pull', 'host'],
  ['SERVICES', 'POST /services/create', 'host'],
  ['BUILD', 'POST /build', 'build'],
]

/** What the proxy lets through, by its options (wollomatic) or variables (tecnativa, linuxserver). */
export function allowancesOf(service: Service): readonly Allowance[] {
  const posts = [...service.environment.values()].flatMap((one) =>
    /^SP_ALLOW_POST/i.test(one.name) ? { value: one.value ?? '', at: one.at, by: one.name } : [],
  )
  const options = service.command.flatMap(({ value, at }) => {
    const [, name, pattern] = /^--?(allowPOST[^=]*)=(.*)$/is.exec(value) ?? []
    return name === undefined || pattern === undefined ? [] : { value: pattern, at, by: `-${name}` }
  })
  return [...[...posts, ...options].flatMap(byPattern), ...bySection(service)]
}

function byPattern({ value, at, by }: Located<string> & { readonly by: string }): readonly Allowance[] {
  const allows = matcherOf(value)
  return REQUESTS.filter(([path]) => allows(path) || allows(`/v1.47${path}`)).map(([path, gives]) => ({
    at,
    gives,
    what: `POST ${path.replace(ID, '*')} by ${by}`,
  }))
}

/** As many repetitions as can be tried on a short path in no time. */
const MAX_REPETITIONS = 6

/**
 * The proxy takes a regular expression of Go for the whole path. One that could take long is judged by its words, as
 * the file comes from anybody.
 */
function matcherOf(pattern: string): (path: string) => boolean {
  const bare = unquoted(pattern.trim())
  const repetitions = bare.match(/[*+{]/g)?.length ?? 0
  const word = (path: string) => /\.[*+]/.test(bare) || bare.includes(path.split('/').at(-1) ?? path)
  if (repetitions > MAX_REPETITIONS || bare.length > 1_000 || /\)[*+{]/.test(bare)) return word
  try {
    const expression = new RegExp(`^(?:${bare})$`)
    return (path) => expression.test(path)
  } catch {
    return word
  }
}

function bySection({ environment }: Service): readonly Allowance[] {
  const isOn = (name: string) => /^(?:1|true|yes|on)$/i.test(environment.get(name)?.value ?? '')
  if (!isOn('POST')) return []
  return SECTIONS.filter(([name]) => isOn(name)).map(([name, request, gives]) => ({
    at: environment.get(name)!.at,
    gives,
    what: `${request} by POST and ${name}`,
  }))
}

/** Where the proxy is told which clients it serves, when that is everybody. */
export function openToAll(service: Service): { readonly at: Place; readonly what: string } | undefined {
  const variable = environmentOf(service, /^SP_ALLOWFROM$/i)
  if (variable !== undefined && isAnywhere(variable.value)) return { at: variable.at, what: 'SP_ALLOWFROM' }
  const option = service.command.find(({ value }) => /^--?allowfrom=/i.test(value) && isAnywhere(value))
  return option === undefined ? undefined : { at: option.at, what: '-allowfrom' }
}

/** Bind mounts may be asked from certain folders only. */
export function limitsBindMounts(service: Service): boolean {
  const limit =
    environmentOf(service, /^SP_ALLOWBINDMOUNTFROM$/i)?.value ??
    service.command.find(({ value }) => /^--?allowbindmountfrom=/i.test(value))?.value.replace(/^[^=]*=/, '') ??
    ''
  return limit !== '' && !limit.split(',').some((path) => path.trim() === '/')
}

function environmentOf({ environment }: Service, name: RegExp): Located<string> | undefined {
  const found = [...environment.values()].find((one) => name.test(one.name))
  return found?.value === undefined ? undefined : { value: found.value, at: found.at }
}

function isAnywhere(value: string): boolean {
  return /(?:0\.0\.0\.0|::)\/0/.test(value)
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text
}
