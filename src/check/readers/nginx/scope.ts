import type { Directive } from '../directive.ts'
import type { NginxFile } from './types.ts'

/** A block of an nginx configuration as nginx sees it: with what it inherits from the blocks around it. */
export interface Scope {
  /** `main`, `http`, or the directive's name: `server`, `location`, `if`, `upstream` and so on. */
  readonly kind: string
  /** Undefined for the file itself. */
  readonly directive: Directive | undefined
  readonly parent: Scope | undefined
  readonly own: ReadonlyMap<string, readonly Directive[]>
  readonly children: readonly Scope[]
}

const known = new WeakMap<NginxFile, Scope>()

/** The outermost scope of a configuration; the same object at every call. */
export function rootScope(file: NginxFile): Scope {
  const scope = known.get(file) ?? build(file.level, undefined, file.directives, undefined)
  known.set(file, scope)
  return scope
}

function build(
  kind: string,
  directive: Directive | undefined,
  directives: readonly Directive[],
  parent: Scope | undefined,
): Scope {
  const own = new Map<string, Directive[]>()
  const children: Scope[] = []
  const scope: Scope = { kind, directive, parent, own, children }
  for (const one of directives) {
    const same = own.get(one.name)
    if (same === undefined) own.set(one.name, [one])
    else same.push(one)
    if (one.block !== undefined) children.push(build(one.name, one, one.block, scope))
  }
  return scope
}

/** All scopes of one kind, the outer before the inner; the given one included. */
export function* scopesOf(scope: Scope, ...kinds: readonly string[]): Generator<Scope> {
  if (kinds.includes(scope.kind)) yield scope
  for (const child of scope.children) yield* scopesOf(child, ...kinds)
}

/**
 * The directives of a name that are in force here. As in nginx, a level that has any of its own inherits none: this
 * holds for lists (`add_header`, `proxy_set_header`, `limit_req`, `allow` and `deny`), too.
 */
export function inForce(scope: Scope, name: string): readonly Directive[] {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const own = level.own.get(name)
    if (own !== undefined) return own
  }
  return []
}

/** The last one in force: for directives that stand once. */
export function setting(scope: Scope, name: string): Directive | undefined {
  return inForce(scope, name).at(-1)
}

/** Its first argument, or the text that nginx takes when there is none. */
export function settingText(scope: Scope, name: string, byDefault: string): string {
  return setting(scope, name)?.args[0]?.value ?? byDefault
}

/** The scope of this kind that it lies in, itself included. */
export function enclosing(scope: Scope, kind: string): Scope | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent)
    if (level.kind === kind) return level
  return undefined
}
