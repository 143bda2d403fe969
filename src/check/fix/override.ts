/** The override file that Compose lays over the project's own files. */
import { Document, isCollection, isPair, isScalar } from 'yaml'
import type { ComposeRepair } from './repair.ts'
import { reasons, type Wanted } from './repairs.ts'

/** A part of the file: a mapping that others may add to, or a value. */
interface Part {
  readonly children: Map<string, Part>
  value: unknown
  how: ComposeRepair['how']
  readonly wanted: Wanted<ComposeRepair>[]
}

/**
 * Repairs of the same place are joined: lists are united, mappings merged, and of two that disagree the first one counts.
 * `header`: lines of the comment above all.
 */
export function overrideText(wanted: readonly Wanted<ComposeRepair>[], header: readonly string[]): string {
  const root = emptyPart()
  for (const one of wanted) put(root, one)
  const document = new Document(plainOf(root))
  mark(document, root, [])
  document.commentBefore = header.map((line) => ` ${line}`).join('\n')
  return document.toString({ lineWidth: 0, defaultKeyType: 'PLAIN', defaultStringType: 'QUOTE_DOUBLE' })
}

function emptyPart(): Part {
  return { children: new Map(), value: undefined, how: 'merge', wanted: [] }
}

function put(root: Part, one: Wanted<ComposeRepair>): void {
  const { path, value, how } = one.repair
  let part = root
  for (const step of path) {
    const next = part.children.get(step) ?? emptyPart()
    part.children.set(step, next)
    part = next
  }
  part.wanted.push(one)
  join(part, value, how)
}

function join(part: Part, value: unknown, how: ComposeRepair['how']): void {
  if (isMapping(value) && how === 'merge') {
    for (const [key, inner] of Object.entries(value)) {
      const child = part.children.get(key) ?? emptyPart()
      part.children.set(key, child)
      join(child, inner, 'merge')
    }
    return
  }
  const first = part.value === undefined && part.children.size === 0 && part.how === 'merge'
  if (first) {
    part.value = how === 'remove' ? null : value
    part.how = how
  } else if (Array.isArray(part.value) && Array.isArray(value) && part.how === how) {
    part.value = united(part.value, value)
  }
}

function united(a: readonly unknown[], b: readonly unknown[]): readonly unknown[] {
  const seen = new Set(a.map((item) => JSON.stringify(item)))
  return [...a, ...b.filter((item) => !seen.has(JSON.stringify(item)))]
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function plainOf({ children, value }: Part): unknown {
  if (children.size === 0) return value ?? null
  return Object.fromEntries([...children].map(([key, part]) => [key, plainOf(part)]))
}

/** Puts the tags that Compose knows (Compose Specification, "Merge") and the reasons. */
function mark(document: Document, part: Part, path: readonly string[]): void {
  const node = path.length === 0 ? undefined : document.getIn(path, true)
  if (isCollection(node) || isScalar(node)) {
    if (part.how === 'replace') node.tag = '!override'
    if (part.how === 'remove') node.tag = '!reset'
  }
  if (part.wanted.length > 0) commentOn(document, path, reasons(part.wanted))
  for (const [key, child] of part.children) mark(document, child, [...path, key])
}

function commentOn(document: Document, path: readonly string[], lines: readonly string[]): void {
  const above = document.getIn(path.slice(0, -1), true)
  const items = isCollection(above) ? above.items : []
  const pair = items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1))
  if (isPair(pair) && isScalar(pair.key)) pair.key.commentBefore = lines.map((line) => ` ${line}`).join('\n')
}
