/** Checks the shape of what a YAML file of facts says, key by key. Small on purpose: `check` has to start fast. */
import { parse } from 'yaml'
import { CastellanError, errorText } from '../../kernel/errors.ts'

/** Reads the keys of one mapping. Every function names the file and the key in its error. */
export interface Fields {
  /** Text that must be there and not be empty. */
  text(key: string): string
  /** Text, or undefined when the key is absent. */
  optional(key: string): string | undefined
  /** A boolean; false when absent. */
  flag(key: string): boolean
  /** A list of texts; empty when absent. */
  texts(key: string): readonly string[]
  /** A list of TCP or UDP ports; empty when absent. */
  ports(key: string): readonly number[]
  /** One of some words. */
  oneOf<W extends string>(key: string, words: readonly W[]): W
  /** A list of mappings; empty when absent. */
  list<T>(key: string, read: (fields: Fields) => T): readonly T[]
  /** A mapping; its keys are those that `read` asks for. Empty when absent. */
  mapping<T>(key: string, read: (fields: Fields) => T): T
  /** A list of names, each alone or with a text (`- name`, `- name: text`), or several in a list of their own. */
  pairs(key: string): readonly (readonly Pair[])[]
  /** Refuses a value for a reason of its own. */
  refuse(key: string, found: unknown, allowed: string): never
}

/** A name, and the text that stands behind it. */
type Pair = readonly [name: string, text: string | undefined]

const MAX_LENGTH = 4_000

/**
 * Reads a mapping from what a file says. A key that `read` did not ask for is an error.
 *
 * @throws CastellanError `check.facts-invalid` with file, key, what was found and what is allowed
 */
export function readFacts<T>(file: string, value: unknown, read: (fields: Fields) => T): T {
  return readMapping(file, '', value, read)
}

/**
 * Parses a YAML text without aliases.
 *
 * @throws CastellanError `check.facts-invalid` with file, line and column
 */
export function parseFacts(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch (error) {
    throw new CastellanError('check.facts-invalid', `${file}: ${errorText(error)}`, { cause: error })
  }
}

function readMapping<T>(file: string, path: string, value: unknown, read: (fields: Fields) => T): T {
  if (!isMapping(value)) return invalid(file, path, value, 'a mapping')
  const asked = new Set<string>()
  const result = read(fieldsOf(file, path, value, asked))
  const stranger = Object.keys(value).find((key) => !asked.has(key))
  if (stranger !== undefined) {
    throw new CastellanError(
      'check.facts-invalid',
      `${file}: ${join(path, stranger)}: this key is not known; allowed are ${[...asked].join(', ')}`,
    )
  }
  return result
}

function fieldsOf(file: string, path: string, mapping: Record<string, unknown>, asked: Set<string>): Fields {
  const take = (key: string): unknown => {
    asked.add(key)
    return Object.hasOwn(mapping, key) ? mapping[key] : undefined
  }
  const refuse = (key: string, found: unknown, allowed: string): never => invalid(file, join(path, key), found, allowed)
  const asText = (key: string, value: unknown): string =>
    typeof value === 'string' && value.trim() !== '' && value.length <= MAX_LENGTH
      ? value.trim()
      : refuse(key, value, `text of 1 to ${MAX_LENGTH} characters`)
  const asList = (key: string): readonly unknown[] => {
    const value = take(key)
    if (value === undefined) return []
    return Array.isArray(value) ? value : refuse(key, value, 'a list')
  }
  const each = <T>(key: string, read: (value: unknown, itemKey: string) => T): readonly T[] =>
    asList(key).map((value, index) => read(value, `${key}[${index}]`))
  const asPair = (key: string, value: unknown): Pair => {
    if (!isMapping(value)) return [asText(key, value), undefined]
    const [only, ...rest] = Object.entries(value)
    if (only === undefined || rest.length > 0) return refuse(key, value, 'one key and its text')
    return [only[0], asText(`${key}.${only[0]}`, only[1])]
  }
  return {
    refuse,
    text: (key) => asText(key, take(key)),
    optional: (key) => {
      const value = take(key)
      return value === undefined ? undefined : asText(key, value)
    },
    flag: (key) => {
      const value = take(key) ?? false
      return typeof value === 'boolean' ? value : refuse(key, value, 'true or false')
    },
    texts: (key) => each(key, (value, itemKey) => asText(itemKey, value)),
    ports: (key) => each(key, (value, itemKey) => (isPort(value) ? value : refuse(itemKey, value, '1 to 65535'))),
    oneOf: (key, words) => {
      const value = take(key)
      return words.find((word) => word === value) ?? refuse(key, value, words.join(', '))
    },
    list: (key, read) => each(key, (value, itemKey) => readMapping(file, join(path, itemKey), value, read)),
    mapping: (key, read) => readMapping(file, join(path, key), take(key) ?? {}, read),
    pairs: (key) =>
      each(key, (value, itemKey) =>
        Array.isArray(value)
          ? value.map((item, index) => asPair(`${itemKey}[${index}]`, item))
          : [asPair(itemKey, value)],
      ),
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function invalid(file: string, path: string, found: unknown, allowed: string): never {
  const shown = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80)
  throw new CastellanError('check.facts-invalid', `${file}: ${path || 'top'}: found ${shown}, allowed: ${allowed}`)
}
