/** A copy of an env file with other values; comments and everything else stay as they are. */
import { randomBytes } from 'node:crypto'
import type { EnvEntry, EnvFile } from '../readers/env/types.ts'
import type { EnvRepair } from './repair.ts'
import { reasons, type Wanted } from './repairs.ts'

/** New secrets of one run: those that belong together get the same value, in whatever file they stand. */
export type NewSecrets = Map<string, string>

/** `text`: of the file, without a byte order mark. */
export function envCopy(
  { entries }: EnvFile,
  text: string,
  wanted: readonly Wanted<EnvRepair>[],
  secrets: NewSecrets,
): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = text.split(/\r?\n/)
  const byName = groupByName(wanted)
  for (const [name, group] of byName) {
    const old = entries.findLast((entry) => entry.name === name)?.value ?? ''
    newValue(group[0]!.repair, old, secrets)
  }
  for (const entry of entries.toReversed()) {
    const group = byName.get(entry.name)
    if (group !== undefined) change(lines, entry, group, secrets)
    else withNewPassword(lines, entry, secrets)
  }
  if (lines.at(-1) === '') lines.pop()
  const missing = [...byName].filter(([name]) => !entries.some((entry) => entry.name === name))
  return [...lines, ...missing.flatMap(([name, group]) => added(name, group, secrets)), ''].join(newline)
}

function groupByName(wanted: readonly Wanted<EnvRepair>[]): ReadonlyMap<string, readonly Wanted<EnvRepair>[]> {
  const groups = new Map<string, Wanted<EnvRepair>[]>()
  for (const one of wanted) groups.set(one.repair.name, [...(groups.get(one.repair.name) ?? []), one])
  return groups
}

function change(lines: string[], entry: EnvEntry, group: readonly Wanted<EnvRepair>[], secrets: NewSecrets): void {
  const value = newValue(group[0]!.repair, entry.value ?? '', secrets)
  const first = entry.at.line - 1
  const { last, rest } = endOf(lines, entry)
  const comment = reasons(group).map((reason) => `# ${reason}`)
  const before = (lines[first] ?? '').slice(0, startOf(lines, entry))
  const start = before.includes('=') ? before : `${entry.name}=`
  const kept = value === undefined ? [`# ${entry.name} stood here`] : [`${start}${quoted(value)}${rest}`]
  lines.splice(first, last - first + 1, ...comment, ...kept)
}

function added(name: string, group: readonly Wanted<EnvRepair>[], secrets: NewSecrets): readonly string[] {
  const value = newValue(group[0]!.repair, '', secrets)
  return value === undefined ? [] : [...reasons(group).map((reason) => `# ${reason}`), `${name}=${quoted(value)}`]
}

/** An address with the password of another entry goes with it: `postgres://app:old@db/app`. */
function withNewPassword(lines: string[], { valueAt }: EnvEntry, secrets: NewSecrets): void {
  const index = valueAt.line - 1
  lines[index] = lines[index]!.replace(ADDRESS, (whole, start: string, scheme: string, password: string) => {
    const value = secrets.get(`${familyOfScheme(scheme)}\n${password}`)
    return value === undefined ? whole : `${start}${value}@`
  })
}

const ADDRESS = /((?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}):\/\/[^\s/:@]*:)([^\s/@]+)@/gi

/** Undefined: the entry is taken out. */
function newValue({ name, value }: EnvRepair, old: string, secrets: NewSecrets): string | undefined {
  if (typeof value !== 'object') return value
  const key = `${familyOf(name)}\n${old}`
  const known = secrets.get(key) ?? randomBytes(value.randomBytes).toString(value.form)
  secrets.set(key, known)
  return known
}

/** A database and its clients name one password differently, and have to go on with the same one. */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  [
    'database',
    /(^|_)(POSTGRES|PG|DB|DATABASE|MYSQL|MARIADB|SQL|COUCHDB|MONGO)[A-Z]*(_\w+)?_?(PASS|PASSWORD|PASSWD|PWD)$/i,
  ],
  ['cache', /(^|_)(REDIS|VALKEY|CACHE)(_\w+)?_(PASS|PASSWORD|AUTH)$/i],
  ['search', /(^|_)(ELASTIC|ELASTICSEARCH|OPENSEARCH)(_\w+)?_(PASS|PASSWORD)$/i],
]

function familyOf(name: string): string {
  return FAMILIES.find(([, form]) => form.test(name))?.[0] ?? name
}

function familyOfScheme(scheme: string): string {
  if (/^(redis|valkey)/i.test(scheme)) return 'cache'
  return /^https?$/i.test(scheme) ? 'search' : 'database'
}

/** Index of the entry's last line, and what follows its value there, such as a comment. */
function endOf(lines: readonly string[], entry: EnvEntry): { readonly last: number; readonly rest: string } {
  const first = entry.valueAt.line - 1
  const raw = (lines[first] ?? '').slice(startOf(lines, entry))
  const quote = raw[0]
  if (quote !== '"' && quote !== "'") return { last: first, rest: /(?<!\s)\s+#.*$/.exec(raw)?.[0] ?? '' }
  for (let index = first; index < lines.length; index++) {
    const text = index === first ? raw.slice(1) : lines[index]!
    const end = closing(text, quote)
    if (end !== -1) return { last: index, rest: text.slice(end + 1) }
  }
  return { last: first, rest: '' }
}

/** Index in its line where the value begins, with its quote. */
function startOf(lines: readonly string[], { valueAt }: EnvEntry): number {
  const index = valueAt.column - 1
  return /["']/.test(lines[valueAt.line - 1]?.[index - 1] ?? '') ? index - 1 : index
}

function closing(text: string, quote: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === quote) return index
  }
  return -1
}

/** As Compose reads it back unchanged. */
function quoted(value: string): string {
  if (/^[\w.@%+:/,=-]*$/.test(value)) return value
  return value.includes("'") ? `"${value.replace(/[\\"$]/g, '\\$&')}"` : `'${value}'`
}
