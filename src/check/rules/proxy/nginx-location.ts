import type { Scope } from '../../readers/nginx/scope.ts'

/**
 * The location that nginx takes for a path, or the server itself: an exact one, else the longest prefix if it says
 * `^~`, else the first fitting regular expression, else the longest prefix; then the same again inside of it.
 */
export function locationFor(scope: Scope, path: string): Scope {
  const found = choose(scope, path)
  return found === undefined ? scope : locationFor(found, path)
}

interface Prefix {
  readonly scope: Scope
  readonly length: number
  readonly final: boolean
}

function choose(scope: Scope, path: string): Scope | undefined {
  let prefix: Prefix | undefined
  for (const child of scope.children) {
    if (child.kind !== 'location') continue
    const { modifier, pattern } = locationOf(child)
    if (modifier === '=' && pattern === path) return child
    const isPrefix = modifier === '' || modifier === '^~'
    if (isPrefix && path.startsWith(pattern) && pattern.length > (prefix?.length ?? -1))
      prefix = { scope: child, length: pattern.length, final: modifier === '^~' }
  }
  if (prefix?.final) return prefix.scope
  const byPattern = scope.children.find((child) => {
    if (child.kind !== 'location') return false
    const { modifier, pattern } = locationOf(child)
    return modifier.startsWith('~') && matches(pattern, path, modifier === '~*')
  })
  return byPattern ?? prefix?.scope
}

/** Modifier (`=`, `^~`, `~`, `~*`, or none) and pattern of a location. */
export function locationOf(scope: Scope): { readonly modifier: string; readonly pattern: string } {
  const [first = '', second] = scope.directive?.args.map(({ value }) => value) ?? []
  if (second !== undefined) return { modifier: first, pattern: second }
  const joined = /^(=|\^~|~\*?)(.+)$/.exec(first)
  return { modifier: joined?.[1] ?? '', pattern: joined?.[2] ?? first }
}

/**
 * Does an expression of the file fit our text? One that could take long (a repeated group, many repetitions) or that
 * JavaScript can't read is taken as not fitting.
 */
export function matches(pattern: string, text: string, ignoreCase: boolean): boolean {
  const repetitions = pattern.match(/[*+{]/g)?.length ?? 0
  if (pattern.length > 500 || repetitions > 4 || /\)[*+{]/.test(pattern)) return false
  try {
    return new RegExp(pattern.replace(/\(\?P?</g, '(?<'), ignoreCase ? 'i' : '').test(text)
  } catch {
    return false
  }
}
