import { isSecretName } from '../../facts/secret-name.ts'
import type { Profile } from '../../profile/profile.ts'
import type { Container, KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { at, entriesOf, itemsOf, textOf } from '../../text/tree.ts'
import { called, containers, label, ofKind } from './objects.ts'

/** A value that is written in a manifest, where a program will find it under this name. */
export interface Written {
  readonly object: KubernetesObject
  readonly name: string
  readonly value: string
  readonly at: Place
  /** `environment of container api`, `ConfigMap api`. */
  readonly where: string
}

/** Values that are written out in the environment of containers. */
export function environmentValues(stack: Stack): readonly Written[] {
  return containers(stack).flatMap(({ object, container }) =>
    literals(container).map((one) => ({ object, ...one, where: `the environment of ${called(container)}` })),
  )
}

function literals({ tree }: Container): readonly { name: string; value: string; at: Place }[] {
  return itemsOf(at(tree, 'env')).flatMap((item) => {
    const value = at(item, 'value')
    const name = textOf(at(item, 'name'))
    const text = textOf(value)
    return name === undefined || value === undefined || text === undefined ? [] : [{ name, value: text, at: value.at }]
  })
}

/** Values of ConfigMaps, those in whole `.env` files included. */
export function configMapValues(stack: Stack): readonly Written[] {
  return ofKind(stack, 'ConfigMap').flatMap((object) => fieldValues(object, 'data', (text) => text))
}

/** Values of Secrets, decoded. They must never get into a finding. */
export function secretValues(stack: Stack): readonly Written[] {
  const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8')
  return ofKind(stack, 'Secret').flatMap((object) => [
    ...fieldValues(object, 'data', decode),
    ...fieldValues(object, 'stringData', (text) => text),
  ])
}

function fieldValues(object: KubernetesObject, field: string, decode: (text: string) => string): readonly Written[] {
  return [...entriesOf(at(object.tree, field))].flatMap(([name, { value }]) => {
    const text = textOf(value)
    if (text === undefined) return []
    const common = { object, at: value.at, where: label(object) }
    return unfold(name, decode(text)).map((one) => ({ ...one, ...common }))
  })
}

/** A whole `.env` file in one value counts as its lines. */
function unfold(name: string, value: string): readonly { name: string; value: string }[] {
  const lines = value.split('\n').map((line) => LINE.exec(line.trim()))
  const first = value.split('\n').findIndex((line) => !/^\s*(#|$)/.test(line))
  if (!(value.includes('\n') || /env$/i.test(name)) || !lines[first]) return [{ name, value }]
  return lines.flatMap((parts) => {
    const [, key, text] = parts ?? []
    return key === undefined || text === undefined ? [] : [{ name: key, value: unquoted(text.trim()) }]
  })
}

const LINE = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text
}

/** A name that says, by itself or by the profile, that a secret stands behind it: `adminToken`, `db-password`. */
export function namesSecret(profile: Profile, name: string): boolean {
  const setting = profile.settings.find((one) => one.name === name)
  if (setting !== undefined) return setting.secret
  return isSecretName(name.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[-.]/g, '_'))
}

/** Is it a secret itself, and not a switch, a reference to one, or something encrypted? */
export function isPlainSecret(value: string): boolean {
  return value !== '' && !/^(true|false|yes|no|on|off)$/i.test(value) && !isReference(value)
}

/** `$(NAME)`, `${NAME}`, `{{ … }}`, SOPS, Vault and the like: filled in or decrypted later. */
function isReference(value: string): boolean {
  return /^\$[({]|^\{\{|^ENC\[|^vault:|^ref\+|^(aws|gcp|azure|op):|^<path:/.test(value)
}

/** An address with a password in it, `postgres://api:…@db/shop`; one that is filled in later does not count. */
export function hasPassword(value: string): boolean {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:@/\s]*:([^@/\s]+)@/i.exec(value)?.[1]
  return password !== undefined && isPlainSecret(password)
}
