/** The secrets of an installation, each once: where it is written, who gets it, and under which names. */
import { isReference } from '../../facts/holds-secret.ts'
import { isSecretName } from '../../facts/secret-name.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { SecretFile } from '../../readers/secrets/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { settingOf } from '../setting/known.ts'
import { type Written, writtenValues } from '../setting/written.ts'

export interface SecretValue {
  /** As it is called where it is written. */
  readonly name: string
  /** The secret alone, of an address only its password. Must never get into a finding. */
  readonly value: string
  readonly at: Place
  readonly services: readonly Service[]
  /** Other names under which containers get it. */
  readonly names: readonly string[]
  /** `DB_PASSWORD (POSTGRES_PASSWORD for db)`. */
  readonly called: string
  /** Undefined for files of secrets. */
  readonly written: Written | undefined
  /** It stands in a sample that is meant to be copied. */
  readonly sample: boolean
  /** Another party made it up: a mail server, an API. */
  readonly issued: boolean
}

const known = new WeakMap<Stack, readonly SecretValue[]>()

export function secretValues(stack: Stack): readonly SecretValue[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const found = collect(stack)
  known.set(stack, found)
  return found
}

const groups = new WeakMap<Stack, ReadonlyMap<string, readonly SecretValue[]>>()

/** All secrets of a stack that have this value. */
export function secretsOfValue(stack: Stack, value: string): readonly SecretValue[] {
  let group = groups.get(stack)
  if (group === undefined) {
    const byValue = new Map<string, SecretValue[]>()
    for (const secret of secretValues(stack)) {
      const same = byValue.get(secret.value)
      if (same === undefined) byValue.set(secret.value, [secret])
      else same.push(secret)
    }
    group = byValue
    groups.set(stack, group)
  }
  return group.get(value) ?? []
}

/** For rules that judge values. */
export function hasSecrets(stack: Stack): boolean {
  return secretValues(stack).length > 0
}

/** Is what stands behind this name a secret, by the profile or by the name alone? */
export function namesSecret(stack: Stack, name: string): boolean {
  return settingOf(stack, name)?.secret ?? isSecretName(name.replace(/[-.]/g, '_'))
}

/** The password in `postgres://shop:…@db/shop`; undefined when there is none, or it is filled in later. */
export function passwordOf(value: string): string | undefined {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:@/\s]*:([^@\s]+)@/i.exec(value)?.[1]
  return password === undefined || isReference(password) ? undefined : password
}

const ISSUED =
  /SMTP|MAIL|API_?KEY|LICEN[CS]E|CLIENT_SECRET|APP_SECRET|OAUTH|SOCIAL|POSTMARK|SERVER_KEY|SENTRY|TURNSTILE|CAPTCHA|GDRIVE|(^|_)S3_|AWS|SFTP|SWIFT|CLOUDFLARE|TUNNEL|CLAIM|WEBHOOK|STRIPE|TWILIO|SLACK|GITHUB|GITLAB|GH_|OPENAI|GEMINI|MAP_/i

export function isIssued(name: string): boolean {
  return ISSUED.test(name)
}

function collect(stack: Stack): readonly SecretValue[] {
  const unread = new Set(stack.profile.unread.map(({ name }) => name))
  const groups = new Map<string, Written[]>()
  for (const written of writtenValues(stack)) {
    if (unread.has(written.name) || secretOf(stack, written) === undefined) continue
    const { file, line, column } = written.at
    const key = `${file}:${line}:${column}`
    groups.set(key, [...(groups.get(key) ?? []), written])
  }
  const found = [...groups.values()].map((group) => fromWritten(stack, group))
  // The password within an address is filled in from the one that has a name of its own.
  const named = new Set(
    found.filter(({ written }) => passwordOf(written?.value ?? '') === undefined).map(({ value }) => value),
  )
  const own = found.filter(({ value, written }) => passwordOf(written?.value ?? '') === undefined || !named.has(value))
  return [...own, ...stack.secretFiles.flatMap((file) => fromFile(stack, file))]
}

/** The secret in a value; undefined when there is none. */
function secretOf(stack: Stack, { name, value }: Written): string | undefined {
  const password = passwordOf(value)
  if (password !== undefined) return password
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(value)
  const isNone = value === '' || isAddress || isReference(value) || /^\/(run\/secrets|etc)\//.test(value)
  return isNone || !namesSecret(stack, name) ? undefined : value
}

function fromWritten(stack: Stack, group: readonly Written[]): SecretValue {
  const first = group[0]!
  const name = first.entry?.name ?? first.name
  const others = group.filter((one) => one.name !== name)
  const aliases = others.map((one) => `${one.name} for ${one.services.map((service) => service.name).join(', ')}`)
  const services = [...new Set(group.flatMap((one) => one.services))]
  const called = aliases.length === 0 ? name : `${name} (${aliases.join('; ')})`
  return {
    name,
    value: secretOf(stack, first) ?? '',
    at: first.at,
    services,
    names: others.map((one) => one.name),
    called: passwordOf(first.value) === undefined ? called : `the password in ${called}`,
    written: first,
    sample: first.entry?.file.use === 'example',
    issued: isIssued(name),
  }
}

function fromFile(stack: Stack, { kind, value, names, shown, path }: SecretFile): readonly SecretValue[] {
  if (kind !== 'secret' || value === undefined || value === '' || value.includes('\n')) return []
  const name = names[0] ?? path.slice(path.lastIndexOf('/') + 1)
  const services = (stack.compose?.services ?? []).filter((service) =>
    service.secrets.some((secret) => names.includes(secret.value)),
  )
  const called = shown.endsWith(name) ? shown : `${name} (${shown})`
  const common = { name, names: [], value, services, called, written: undefined, sample: false }
  return [{ ...common, at: wholeFile(shown), issued: isIssued(name) }]
}
