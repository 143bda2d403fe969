import { Buffer } from 'node:buffer'
import { isSecretName } from './facts/secret-name.ts'
import type { Stack } from './stack.ts'
import { entriesOf, textOf, at as valueAt } from './text/tree.ts'

/** Shorter ones are words that stand everywhere, and they are reported as too short anyway. */
const SHORTEST = 6
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
  if (values.length === 0) return (text) => text
  values.sort((a, b) => b.length - a.length)
  const anyOf = new RegExp(values.map((value) => value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
  return (text) => text.replace(anyOf, COVER)
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
