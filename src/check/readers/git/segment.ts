import { lookUp } from '../../text/lookup.ts'

/** One name against one part of a pattern: `*`, `?`, `[a-z]`, `[!a-z]` and backslashes, as git's wildmatch reads them. */

/** Goes back to the last star only, which is enough: an earlier one never has to give way. */
export function matchesSegment(pattern: string, name: string): boolean {
  let star: { pattern: number; name: number } | undefined
  let at = 0
  let position = 0
  while (position < name.length || at < pattern.length) {
    if (pattern[at] === '*') {
      while (pattern[at] === '*') at++
      star = { pattern: at, name: position }
      continue
    }
    const step = position < name.length ? stepOver(pattern, at, name[position]!) : undefined
    if (step !== undefined) {
      at = step
      position++
    } else if (star !== undefined && star.name < name.length) {
      star = { pattern: star.pattern, name: star.name + 1 }
      at = star.pattern
      position = star.name
    } else return false
  }
  return true
}

/** The place in the pattern after one that matches this character, or undefined when it doesn't. */
function stepOver(pattern: string, at: number, char: string): number | undefined {
  const token = pattern[at]
  if (token === '?') return at + 1
  if (token === '[') return stepOverClass(pattern, at, char)
  if (token === '\\' && at + 1 < pattern.length) return pattern[at + 1] === char ? at + 2 : undefined
  return token === char ? at + 1 : undefined
}

function stepOverClass(pattern: string, start: number, char: string): number | undefined {
  let at = start + 1
  const negated = pattern[at] === '!' || pattern[at] === '^'
  if (negated) at++
  let found = false
  // A `]` that comes first is one of the characters.
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    if (at >= pattern.length) return undefined
    if (pattern.startsWith('[:', at) && pattern.includes(':]', at)) {
      const end = pattern.indexOf(':]', at)
      found ||= inNamedClass(pattern.slice(at + 2, end), char)
      at = end + 2
      continue
    }
    const low = readOne(pattern, at)
    const isRange = pattern[low.end] === '-' && pattern[low.end + 1] !== ']' && low.end + 1 < pattern.length
    const high = isRange ? readOne(pattern, low.end + 1) : low
    found ||= low.char <= char && char <= high.char
    at = high.end
  }
  return found === negated ? undefined : at + 1
}

function readOne(pattern: string, at: number): { char: string; end: number } {
  const escaped = pattern[at] === '\\' && at + 1 < pattern.length
  return escaped ? { char: pattern[at + 1]!, end: at + 2 } : { char: pattern[at]!, end: at + 1 }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  lower: /[a-z]/,
  upper: /[A-Z]/,
  space: /\s/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
}

function inNamedClass(name: string, char: string): boolean {
  return lookUp(CLASSES, name)?.test(char) ?? false
}
