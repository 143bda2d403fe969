/** Reads `profiles/*.yaml`. A file is read when it is first asked for, and once. */
import { type Fields, readFacts } from '../facts/fields.ts'
import { factsFile, factsHead, factsNames, factsValue } from '../facts/folder.ts'
import type { DataPlace, OutboundHost, PathUse, Profile, ProfileService, Setting, UnreadSetting } from './profile.ts'

export const GENERIC_PROFILE = 'generic'

/** What a profile is recognised by: the beginning of its file, up to its services. */
interface ProfileHead {
  readonly name: string
  readonly images: readonly string[]
  /** Names of services, projects or Kubernetes objects; a `*` stands for anything within. */
  readonly aliases: readonly string[]
}

const ROLES: readonly ProfileService['role'][] = [
  'app',
  'worker',
  'database',
  'cache',
  'search',
  'queue',
  'proxy',
  'model',
  'backup',
  'tool',
  'socket-proxy',
]
const USES: readonly PathUse[] = ['admin', 'login', 'signup', 'reset', 'machine', 'upload', 'websocket', 'health']
const KINDS: readonly DataPlace['kind'][] = ['database', 'files', 'keys', 'settings', 'cache']

const loaded = new Map<string, Profile>()
const heads = new Map<string, ProfileHead>()

/** What `--profile` takes, sorted. */
export function profileNames(): readonly string[] {
  return factsNames('profiles')
}

/**
 * The facts of one application, and after its own services and settings those that the generic profile knows.
 *
 * @throws CastellanError `check.unknown-name`, `check.facts-invalid`
 */
export function loadProfile(name: string): Profile {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const own = readProfile(name, factsValue('profiles', name))
  const profile = name === GENERIC_PROFILE ? own : withCommon(own, loadProfile(GENERIC_PROFILE))
  loaded.set(name, profile)
  return profile
}

/** The beginning of a profile's file, without reading all of it. */
export function loadProfileHead(name: string): ProfileHead {
  const known = heads.get(name)
  if (known !== undefined) return known
  const value = factsHead('profiles', name, 'services')
  const { images, aliases } = readFacts(factsFile('profiles', name), value, readHead)
  const head = { name, images, aliases }
  heads.set(name, head)
  return head
}

/** Checks what a file says of a profile, without what is common to all. */
export function readProfile(name: string, value: unknown): Profile {
  return readFacts(factsFile('profiles', name), value, (fields) => {
    const { title, versions, images, guide } = readHead(fields)
    return {
      name,
      title,
      versions,
      images,
      guide,
      services: fields.list('services', readService),
      paths: fields.mapping('paths', readPaths),
      settings: unique(fields, 'settings', fields.list('settings', readSetting)),
      unread: unique(fields, 'unread', fields.list('unread', readUnread)),
      complete: fields.texts('complete'),
      data: fields.list('data', readData),
      outbound: fields.list('outbound', readOutbound),
      signOn: fields.texts('sign-on'),
    }
  })
}

function readHead(fields: Fields) {
  return {
    title: fields.text('title'),
    versions: fields.texts('versions'),
    images: fields.texts('images'),
    aliases: fields.texts('aliases'),
    guide: fields.optional('guide'),
  }
}

function readService(fields: Fields): ProfileService {
  return {
    role: fields.oneOf('role', ROLES),
    names: fields.texts('names'),
    images: fields.texts('images'),
    ports: fields.ports('ports'),
    health: fields.optional('health'),
    outbound: fields.flag('outbound'),
  }
}

function readPaths(fields: Fields): Profile['paths'] {
  const paths: Partial<Record<PathUse, readonly string[]>> = {}
  for (const use of USES) {
    const texts = fields.texts(use)
    const wrong = texts.find((path) => !path.startsWith('/'))
    if (wrong !== undefined) fields.refuse(use, wrong, 'paths that begin with /')
    if (texts.length > 0) paths[use] = texts
  }
  return paths
}

function readSetting(fields: Fields): Setting {
  const safe = fields.optional('safe')
  if (safe !== undefined && !isExpression(safe)) fields.refuse('safe', safe, 'a regular expression')
  return {
    name: fields.text('name'),
    meaning: fields.text('meaning'),
    secret: fields.flag('secret'),
    presence: fields.flag('presence'),
    file: fields.flag('file'),
    neededBy: fields.texts('needed-by'),
    safe,
    danger: fields.optional('danger'),
    suggest: fields.optional('suggest'),
    required: fields.optional('required'),
  }
}

function readUnread(fields: Fields): UnreadSetting {
  return { name: fields.text('name'), why: fields.text('why'), instead: fields.optional('instead') }
}

function readData(fields: Fields): DataPlace {
  return {
    what: fields.text('what'),
    service: fields.optional('service'),
    path: fields.text('path'),
    kind: fields.oneOf('kind', KINDS),
  }
}

function readOutbound(fields: Fields): OutboundHost {
  return { host: fields.text('host'), why: fields.text('why'), optional: fields.flag('optional') }
}

function unique<T extends { readonly name: string }>(fields: Fields, key: string, items: readonly T[]): readonly T[] {
  const seen = new Set<string>()
  for (const { name } of items) {
    if (seen.has(name)) fields.refuse(key, name, 'every name once')
    seen.add(name)
  }
  return items
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

function withCommon(own: Profile, common: Profile): Profile {
  const names = new Set([...own.settings, ...own.unread].map(({ name }) => name))
  return {
    ...own,
    services: [...own.services, ...common.services],
    settings: [...own.settings, ...common.settings.filter(({ name }) => !names.has(name))],
  }
}
