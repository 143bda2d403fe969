import { type Directive, walk } from '../../readers/directive.ts'
import { inForce, type Scope } from '../../readers/nginx/scope.ts'
import { isStatic } from './nginx-content.ts'
import { locationFor } from './nginx-location.ts'
import type { CaddyHost, Site } from './site.ts'

/** Is a scope of nginx shut to strangers: by address, password, client certificate, a sign-on, or as it refuses? */
export function isGuarded(scope: Scope): boolean {
  const refuses = scope.own.get('return')?.some(({ args }) => /^4\d\d$/.test(args[0]?.value ?? ''))
  if (refuses || scope.own.has('internal')) return true
  if (accessRules(scope).some(({ name, args }) => name === 'deny' && args[0]?.value === 'all')) return true
  const on = (name: string) => inForce(scope, name).some(({ args }) => args[0]?.value !== 'off')
  return (
    on('auth_basic') ||
    on('auth_request') ||
    on('auth_jwt') ||
    inForce(scope, 'ssl_verify_client').some(({ args }) => args[0]?.value === 'on')
  )
}

/** `allow` and `deny` are one list for nginx: a level with either inherits neither. */
function accessRules(scope: Scope): readonly Directive[] {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const own = [...(level.own.get('allow') ?? []), ...(level.own.get('deny') ?? [])]
    if (own.length > 0) return own
  }
  return []
}

/** Is a path shut to strangers at this site, or answered from disk? For nginx by the location that takes it. */
export function isPathGuarded(site: Site, path: string): boolean {
  if (site.kind === 'caddy') return isGuardedByCaddy(site, path)
  const scope = locationFor(site.scope, path)
  return isGuarded(scope) || (isStatic(scope) && !fallsBack(scope))
}

/** `try_files … @app` passes on what is not on disk. */
function fallsBack(scope: Scope): boolean {
  const last = inForce(scope, 'try_files').at(-1)?.args.at(-1)?.value ?? ''
  return (
    last.startsWith('@') || inForce(scope, 'error_page').some(({ args }) => args.at(-1)?.value.startsWith('@') === true)
  )
}

const GUARDS = /^(?:abort|error|respond|basic_?auth|forward_auth|authorize|authenticate)$/
const LIMITS = /^(?:remote_ip|client_ip)$/

/** A guard with a matcher that names the path, or with a matcher of addresses only, or inside a handle for the path. */
function isGuardedByCaddy({ site }: CaddyHost, path: string): boolean {
  const all = [...walk(site.directives)]
  const matchers = new Map(all.filter(({ name }) => name.startsWith('@')).map((one) => [one.name, one]))
  const onTop = new Set(site.directives.map(({ name }) => name))
  const fitsMatcher = (word: string | undefined): boolean => {
    if (word === undefined) return false
    if (word === '*') return true
    if (word.startsWith('/')) return fitsPath(word, path)
    const matcher = matchers.get(word)
    return matcher !== undefined && namesPath(matcher, path)
  }
  const inHandle = (block: readonly Directive[] | undefined) =>
    [...walk(block ?? [])].some(({ name, args }) => GUARDS.test(name) && !/^2/.test(args.at(-1)?.value ?? ''))
  return all.some(({ name, args, block }) => {
    if (/^(?:handle|handle_path|route)$/.test(name)) return fitsMatcher(args[0]?.value) && inHandle(block)
    if (!GUARDS.test(name) || (name === 'respond' && args.some(({ value }) => /^2\d\d$/.test(value)))) return false
    const first = args[0]?.value
    return /^[@/]/.test(first ?? '') ? fitsMatcher(first) : name !== 'respond' && onTop.has(name)
  })
}

function fitsPath(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1).replace(/\/$/, '')) : pattern === path
}

/** A matcher with a `path` fits only that path; one without, such as `not remote_ip …`, every path. */
function namesPath(matcher: Directive, path: string): boolean {
  const conditions = [...walk(matcher.block ?? [])]
  const line = matcher.args.map(({ value }) => value)
  const index = line.indexOf('path')
  const paths = [
    ...(index === -1 ? [] : line.slice(index + 1)),
    ...conditions.flatMap(({ name, args }) => {
      const words = [name, ...args.map(({ value }) => value)]
      const at = words.indexOf('path')
      return at === -1 ? [] : words.slice(at + 1)
    }),
  ]
  if (paths.length > 0) return paths.some((one) => fitsPath(one, path))
  return (
    [...line, ...conditions.flatMap(({ name, args }) => [name, ...args.map(({ value }) => value)])].some((word) =>
      LIMITS.test(word),
    ) && isNegated(matcher)
  )
}

function isNegated(matcher: Directive): boolean {
  return matcher.args[0]?.value === 'not' || (matcher.block ?? []).some(({ name }) => name === 'not')
}
