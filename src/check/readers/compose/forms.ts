/** Compose's short forms brought to the long ones, so that two of them can be compared and merged. */
import type { Entry, List, Mapping, Tree } from '../../text/tree.ts'

/** `[A=1, B]` as `{A: 1, B: null}`; a mapping as it is. */
export function asNamed(tree: Tree): Mapping {
  if (tree.kind === 'mapping') return tree
  const entries = new Map<string, Entry>()
  for (const item of tree.kind === 'list' ? tree.items : []) {
    if (item.kind !== 'scalar') continue
    const text = String(item.value ?? '')
    const equals = text.indexOf('=')
    const value = equals === -1 ? null : text.slice(equals + 1)
    entries.set(equals === -1 ? text : text.slice(0, equals), { at: item.at, value: { ...item, value } })
  }
  return { kind: 'mapping', entries, at: tree.at }
}

/** A single value as a list of one; `{host: address}` as `host:address`. */
export function asList(tree: Tree): List {
  if (tree.kind === 'list') return tree
  if (tree.kind === 'scalar') return { kind: 'list', items: tree.value === null ? [] : [tree], at: tree.at }
  const items: Tree[] = []
  for (const [name, { value }] of tree.entries) {
    for (const each of value.kind === 'list' ? value.items : [value]) {
      if (each.kind === 'scalar') items.push({ ...each, value: `${name}:${each.value ?? ''}` })
    }
  }
  return { kind: 'list', items, at: tree.at }
}

/** `build: .`, and the lists of `networks`, `depends_on` and `models`, as mappings. */
export function asShortMapping(path: readonly string[], tree: Tree): Mapping {
  if (tree.kind === 'mapping') return tree
  const key = path.at(-1)
  const entries = new Map<string, Entry>()
  if (tree.kind === 'scalar') {
    if (key === 'build') entries.set('context', { at: tree.at, value: tree })
  } else {
    for (const item of tree.items) {
      if (item.kind === 'scalar') entries.set(String(item.value), { at: item.at, value: defaultFor(key, item) })
    }
  }
  return { kind: 'mapping', entries, at: tree.at }
}

function defaultFor(key: string | undefined, { at }: Tree): Tree {
  if (key !== 'depends_on') return { kind: 'scalar', value: null, at }
  const condition: Entry = { at, value: { kind: 'scalar', value: 'service_started', at } }
  return { kind: 'mapping', entries: new Map([['condition', condition]]), at }
}
