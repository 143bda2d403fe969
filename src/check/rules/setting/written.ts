/** Everything that env files and Compose files set, put together by name and by the place where the value stands. */
import { basename, dirname } from 'node:path'
import type { Service } from '../../readers/compose/types.ts'
import { isSampleOf } from '../../readers/env/names.ts'
import type { EnvEntry, EnvFile } from '../../readers/env/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'

/** A name with a value. */
export interface Written {
  /** As a container gets it, or as it stands in an env file. */
  readonly name: string
  readonly value: string
  /** Where the value itself is written. */
  readonly at: Place
  /** That get it under this name. */
  readonly services: readonly Service[]
  /** The line of an env file that is the whole value; undefined when it is written in the Compose file. */
  readonly entry: { readonly file: EnvFile; readonly name: string } | undefined
  /** Compose fills it in somewhere, or hands it to a container; always true where there is no Compose file. */
  readonly used: boolean
}

const known = new WeakMap<Stack, readonly Written[]>()

/** In the order of the services and the files. Names without a value are left out. */
export function writtenValues(stack: Stack): readonly Written[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const found = collect(stack)
  known.set(stack, found)
  return found
}

/** Files that count: those in use, and a sample where the file that it is for has not been made yet. */
export function countedEnvFiles(stack: Stack): readonly EnvFile[] {
  const inUse = stack.env.filter(({ use }) => use !== 'example')
  return stack.env.filter(
    ({ path, use }) =>
      use !== 'example' ||
      !inUse.some((file) => dirname(file.path) === dirname(path) && isMeant(basename(path), basename(file.path))),
  )
}

/** `.env.example` and `.env.production.example` are both for `.env`. */
function isMeant(sample: string, fileName: string): boolean {
  return isSampleOf(sample, fileName) || fileName === '.env'
}

interface Draft extends Omit<Written, 'services'> {
  readonly services: Service[]
}

function collect(stack: Stack): readonly Written[] {
  const drafts = new Map<string, Draft>()
  const entries = entriesByPlace(stack)
  for (const service of stack.compose?.services ?? []) {
    for (const { name, value, at, writtenAt, variables } of service.environment.values()) {
      if (value === undefined) continue
      const entry = entries.get(keyOf(writtenAt))
      const isWhole = entry?.entry.value === value && variables.length <= 1
      const place = isWhole || variables.length === 0 ? writtenAt : at
      const key = `${name} ${keyOf(place)}`
      const draft = drafts.get(key)
      if (draft !== undefined) draft.services.push(service)
      else {
        const source = isWhole ? { file: entry.file, name: entry.entry.name } : undefined
        const written = isWhole || !isDefault(variables) ? place : writtenAt
        drafts.set(key, { name, value, at: written, services: [service], entry: source, used: true })
      }
    }
  }
  for (const [place, { file, entry }] of entries) {
    const key = `${entry.name} ${place}`
    if (entry.value === undefined || drafts.has(key)) continue
    const used = isUsed(stack, file, entry.name)
    drafts.set(key, {
      name: entry.name,
      value: entry.value,
      at: entry.valueAt,
      services: [],
      entry: { file, name: entry.name },
      used,
    })
  }
  return [...drafts.values()]
}

function isDefault(variables: readonly { readonly by: string }[]): boolean {
  return variables.length === 1 && variables[0]!.by === 'default'
}

/** A sample is judged as if it were in use: nothing reads it yet. */
function isUsed({ compose }: Stack, file: EnvFile, name: string): boolean {
  if (compose === undefined || file.use !== 'project') return true
  return compose.variables.has(name) || /^(COMPOSE|DOCKER)_/.test(name)
}

interface FileEntry {
  readonly file: EnvFile
  readonly entry: EnvEntry
}

/** Of a name that comes twice, the last one. */
function entriesByPlace(stack: Stack): ReadonlyMap<string, FileEntry> {
  const found = new Map<string, FileEntry>()
  for (const file of countedEnvFiles(stack)) {
    const last = new Map(file.entries.map((entry) => [entry.name, entry]))
    for (const entry of last.values()) found.set(keyOf(entry.valueAt), { file, entry })
  }
  return found
}

function keyOf({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

/** The one service that gets it, for the finding; none when there are several. */
export function onlyService({ services }: Pick<Written, 'services'>): { service?: string } {
  return services.length === 1 ? { service: services[0]!.name } : {}
}

/** ` of app and worker`, or nothing. */
export function ofServices({ services }: Pick<Written, 'services'>): string {
  if (services.length === 0) return ''
  const names = services.slice(0, 4).map(({ name }) => name)
  const more = services.length > 4 ? ` and ${services.length - 4} more` : ''
  return ` (for ${names.join(', ')}${more})`
}
