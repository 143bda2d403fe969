/** Patterns of `.gitignore` files. Source: gitignore(5). Every match takes time linear in pattern times name. */
import { matchesSegment } from './segment.ts'

/** One line with a pattern. */
export interface IgnorePattern {
  readonly negated: boolean
  readonly folderOnly: boolean
  /** It says where it holds, from the folder of its file on; else any name below matches. */
  readonly anchored: boolean
  readonly segments: readonly string[]
}

const MOST_PATTERNS = 5_000
const LONGEST_PATTERN = 1_000
const MOST_SEGMENTS = 32

export function parseIgnore(text: string): readonly IgnorePattern[] {
  return text
    .split(/\r?\n/)
    .slice(0, MOST_PATTERNS)
    .flatMap((line) => parseLine(line) ?? [])
}

function parseLine(line: string): IgnorePattern | undefined {
  let pattern = withoutEndSpaces(line.slice(0, LONGEST_PATTERN))
  if (pattern === '' || pattern.startsWith('#')) return undefined
  const negated = pattern.startsWith('!')
  if (negated) pattern = pattern.slice(1)
  const folderOnly = pattern.endsWith('/')
  if (folderOnly) pattern = pattern.slice(0, -1)
  if (pattern === '') return undefined
  const segments = pattern.replace(/^\//, '').split('/')
  if (segments.length > MOST_SEGMENTS) return undefined
  return { negated, folderOnly, anchored: pattern.includes('/'), segments }
}

/** Spaces at the end don't count, unless a backslash stands before them. */
function withoutEndSpaces(line: string): string {
  let end = line.length
  while (line[end - 1] === ' ' && line[end - 2] !== '\\') end--
  return line.slice(0, end)
}

/**
 * What the last matching pattern says: true to leave it out, false to take it in; undefined when none matches.
 *
 * @param path names from the folder of the patterns' file on
 */
export function decide(
  patterns: readonly IgnorePattern[],
  path: readonly string[],
  isFolder: boolean,
): boolean | undefined {
  for (let index = patterns.length - 1; index >= 0; index--) {
    const pattern = patterns[index]!
    if (pattern.folderOnly && !isFolder) continue
    const matches = pattern.anchored
      ? matchesPath(pattern.segments, path)
      : matchesSegment(pattern.segments[0]!, path.at(-1)!)
    if (matches) return !pattern.negated
  }
  return undefined
}

/** `**` stands for any number of folders; at the end for everything within. */
function matchesPath(segments: readonly string[], path: readonly string[]): boolean {
  // reachable[i]: the segments so far can cover the first i names.
  let reachable = path.map(() => false)
  reachable = [true, ...reachable]
  for (const [index, segment] of segments.entries()) {
    const next = reachable.map(() => false)
    const within = segment === '**' && index === segments.length - 1
    for (const [covered, possible] of reachable.entries()) {
      if (!possible) continue
      if (segment !== '**') {
        if (covered < path.length && matchesSegment(segment, path[covered]!)) next[covered + 1] = true
      } else for (let end = covered + (within ? 1 : 0); end <= path.length; end++) next[end] = true
    }
    reachable = next
  }
  return reachable[path.length] === true
}
