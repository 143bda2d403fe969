import { at, entriesOf, itemsOf, type Tree, textOf } from '../../text/tree.ts'

export const RENOVATE_NAMES: ReadonlySet<string> = new Set([
  'renovate.json',
  'renovate.json5',
  '.renovaterc',
  '.renovaterc.json',
  '.renovaterc.json5',
])

/** Keys of a rule that narrow it to some packages: then the others of the manager are still looked after. */
const NARROWS = /^match(?!Managers$)|^exclude/

/**
 * The managers that it leaves alone: those that are switched off, and with `enabledManagers` a word for all the others
 * (`!npm,dockerfile`); `*` when all of it is off. Source: docs.renovatebot.com, "Configuration options".
 */
export function renovateOff(tree: Tree): readonly string[] {
  if (isFalse(at(tree, 'enabled'))) return ['*']
  const off = [...entriesOf(tree)].flatMap(([name, { value }]) => (isFalse(at(value, 'enabled')) ? [name] : []))
  for (const rule of itemsOf(at(tree, 'packageRules'))) {
    const keys = [...entriesOf(rule)].map(([name]) => name)
    if (!isFalse(at(rule, 'enabled')) || keys.some((key) => NARROWS.test(key))) continue
    off.push(...textsOf(at(rule, 'matchManagers')))
  }
  const enabled = at(tree, 'enabledManagers')
  return enabled === undefined ? off : [...off, `!${textsOf(enabled).join(',')}`]
}

function isFalse(tree: Tree | undefined): boolean {
  return tree?.kind === 'scalar' && tree.value === false
}

function textsOf(tree: Tree | undefined): readonly string[] {
  return itemsOf(tree).flatMap((item) => textOf(item) ?? [])
}

/**
 * JSON5 as YAML, which knows unquoted keys, single quotes and trailing commas. Comments become blanks and an escaped
 * single quote two of them, so that every line stays where it is. Linear. Source: spec.json5.org.
 */
export function json5AsYaml(text: string): string {
  const pieces: string[] = []
  const special = /["'/:]/g
  let index = 0
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    const end = endOf(text, found.index)
    pieces.push(text.slice(index, found.index), piece(text.slice(found.index, end), text[end]))
    index = end
    special.lastIndex = end
  }
  return pieces.join('') + text.slice(index)
}

/** Where the string, the comment or the single character ends that begins at `start`. */
function endOf(text: string, start: number): number {
  const first = text[start]!
  if (first === '"' || first === "'") return endOfString(text, start)
  const two = text.slice(start, start + 2)
  const end = two === '//' ? text.indexOf('\n', start) : two === '/*' ? text.indexOf('*/', start + 2) + 2 : start + 1
  return end <= start ? text.length : end
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index += 1
    else if (text[index] === text[start]) return index + 1
  }
  return text.length
}

function piece(text: string, next: string | undefined): string {
  if (text.startsWith('//') || text.startsWith('/*')) return text.replace(/[^\n]/g, ' ')
  if (text.startsWith("'")) return text.replace(/\\'/g, "''")
  // YAML wants a blank after the colon of an unquoted key.
  return text === ':' && next !== undefined && /["'[{]/.test(next) ? ': ' : text
}
