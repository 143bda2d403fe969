import { Buffer } from 'node:buffer'
import { isSecretName } from './facts/secret-name.ts'
import type { Stack } from './stack.ts'
import { entriesOf, textOf, at as valueAt } from './text/tree.ts'

/** Shorter ones are words that stand everywhere, and they are reported as too short anyway. */
const SHORTEST = 6
/** Values that are looked for one by one. */
const FEW = 32
/** What stands in the place of a value that slipped through. */
const COVER = '[secret]'

/**
 * The last line of defence of every report: replaces the values of a stack's secrets in a text. Rules never put one there;
 * that this function finds one is a defect of a rule. A value that the files say openly elsewhere, such as a password that
 * is the name of its own user or service, tells nothing and stays.
 */
export function createSecretGuard(stack: Stack): (text: string) => string {
  const named = new Set(stack.profile.settings.flatMap(({ name, secret }) => (secret ? [name] : [])))
  const isSecret = (name: string) => named.has(name) || isSecretName(name)
  const open = openWords(stack, isSecret)
  const values = [...secretValues(stack, isSecret)].filter((value) => value.length >= SHORTEST && !open.has(value))
  const covered = covering(values)
  return (text) => coverAddresses(covered(text))
}

/** `user:password@host` in any text, also where no reader knows it for an address; `name:tag@sha256:…` is an image. */
const LOGIN = /([^\s/:@]{0,200}:)[^\s/@]{1,500}@(?!sha\d)/g

/** Covers the passwords of addresses, as far as they can be seen without knowing an installation. */
export function coverAddresses(text: string): string {
  return text.includes('@') ? text.replace(LOGIN, `$1${COVER}@`) : text
}

/**
 * The leftmost and longest first. No regular expression: one of a large value is refused by the engine, with the value in
 * the error. Looks at each place of a text once, and there only at the lengths of values that begin alike.
 */
function covering(values: readonly string[]): (text: string) => string {
  const all = new Set(values)
  const lengths = new Map<string, Set<number>>()
  for (const value of all) {
    const start = value.slice(0, SHORTEST)
    lengths.set(start, (lengths.get(start) ?? new Set()).add(value.length))
  }
  const ordered = new Map([...lengths].map(([start, each]) => [start, [...each].sort((a, b) => b - a)]))
  return (text) => {
    // Nearly always nothing is found, and of a few values that is known sooner this way.
    if (values.length <= FEW && !values.some((value) => text.includes(value))) return text
    let result = ''
    let from = 0
    for (let at = 0; at + SHORTEST <= text.length; at++) {
      const found = ordered
        .get(text.slice(at, at + SHORTEST))
        ?.find((length) => at + length <= text.length && all.has(text.slice(at, at + length)))
      if (found === undefined) continue
      result += text.slice(from, at) + COVER
      from = at + found
      at = from - 1
    }
    return from === 0 ? text : result + text.slice(from)
  }
}

function secretValues(stack: Stack, isSecret: (name: string) => boolean): ReadonlySet<string> {
  const values = new Set<string>()
  const take = (name: string, value: string | undefined) => {
    if (value === undefined) return
    if (isSecret(name)) values.add(value)
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:([^\s/@]+)@/i.exec(value)?.[1]
    if (password !== undefined) values.add(password)
  }
  for (const { entries } of stack.env) for (const { name, value } of entries) take(name, value)
  for (const { environment } of stack.compose?.services ?? [])
    for (const { name, value } of environment.values()) take(name, value)
  for (const { value } of stack.secretFiles) if (value !== undefined) values.add(value)
  for (const { kind, tree, workload } of stack.kubernetes) {
    if (kind === 'Secret') takeSecret(tree, values)
    for (const container of workload?.containers ?? []) {
      const list = valueAt(container.tree, 'env')
      for (const item of list?.kind === 'list' ? list.items : [])
        take(textOf(valueAt(item, 'name')) ?? '', textOf(valueAt(item, 'value')))
    }
  }
  return values
}

function takeSecret(tree: Stack['kubernetes'][number]['tree'], values: Set<string>): void {
  for (const [, { value }] of entriesOf(valueAt(tree, 'stringData'))) values.add(textOf(value) ?? '')
  for (const [, { value }] of entriesOf(valueAt(tree, 'data'))) {
    const encoded = textOf(value) ?? ''
    values.add(encoded)
    values.add(Buffer.from(encoded, 'base64').toString('utf8').trim())
  }
}

/** Names that every reader of the files sees, and values of settings that are no secrets. */
function openWords(stack: Stack, secret: (name: string) => boolean): ReadonlySet<string> {
  const words = new Set<string>()
  const name = (text: string) => {
    for (const word of [text, ...text.split(/[/:@.]/)]) words.add(word)
  }
  const setting = (key: string, value: string | undefined) => {
    words.add(key)
    if (value !== undefined && !secret(key)) words.add(value)
  }
  const { compose, env } = stack
  for (const service of compose?.services ?? []) {
    name(service.name)
    name(service.image?.value.text ?? '')
    for (const variable of service.environment.values()) setting(variable.name, variable.value)
  }
  for (const key of [...(compose?.networks.keys() ?? []), ...(compose?.volumes.keys() ?? [])]) name(key)
  for (const { entries } of env) for (const entry of entries) setting(entry.name, entry.value)
  return words
}
