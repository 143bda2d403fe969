import { z } from 'zod'
import { listenAddress } from '../../src/config/listen.ts'
import { configSchema } from '../../src/config/schema.ts'
import { duration, hostName, httpUrl, network, origin, type Rate, rate, size } from '../../src/kernel/units.ts'
import { code, page, table } from './markdown.ts'

/** What a schema is called where it is a value of its own, and how one of its defaults is written in the file; by definition, which `describe` keeps. */
const VALUES = new Map<unknown, { readonly name: string; write?(value: never): string }>([
  [duration.def, { name: 'duration', write: (ms: number) => inUnits(ms, DURATIONS) }],
  [size.def, { name: 'size', write: (bytes: number) => inUnits(bytes, SIZES) }],
  [
    rate,
    { name: 'rate', write: ({ count, perMs }: Rate) => `${count}/${DURATIONS.find(([, ms]) => ms === perMs)![0]}` },
  ],
  [hostName.def, { name: 'host name' }],
  [httpUrl.def, { name: 'http(s) URL' }],
  [origin.def, { name: 'origin' }],
  [network.def, { name: 'network' }],
  [listenAddress.def, { name: 'address and port' }],
])
const DURATIONS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const
const SIZES = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['B', 1],
] as const

/** A key of the file, without what wraps its schema. */
interface Key {
  readonly schema: z.core.$ZodTypes
  readonly description: string
  /** As written in the file; undefined when the key has none. */
  readonly fallback: string | undefined
  readonly required: boolean
}

/** The page about castellan.yaml: one table a section, in the order of the schema. */
export function configurationPage(): string {
  const intro = `Every key of \`castellan.yaml\`. An unknown key is an error. A duration is written as \`30s\`, \`12h\` or \`90d\`, a size
as \`100MB\` or \`10MiB\`, a rate as \`10/s\`. \`castellan config check FILE\` says what is wrong and where; the JSON Schema for
editors is [castellan.schema.json](castellan.schema.json).`
  return page('castellan.yaml', intro, [...sections(configSchema as z.core.$ZodTypes, '')])
}

function* sections(schema: z.core.$ZodTypes, path: string): Generator<string> {
  const objects = objectsIn(schema)
  for (const shape of objects) {
    const keys = Object.entries(shape).map(([name, inner]) => [name, unwrap(inner as z.core.$ZodTypes)] as const)
    const rows = keys.map(([name, key]) => [code(name), typeName(key.schema), needed(key), key.description])
    yield `## ${path === '' ? 'The file' : `${code(path)}${variant(shape)}`}\n\n${table(['key', 'value', 'default', 'meaning'], rows)}`
    for (const [name, key] of keys) {
      const list = isList(key.schema)
      yield* sections(key.schema, `${path === '' ? '' : `${path}.`}${name}${list ? '[]' : ''}`)
    }
  }
}

/** `tls` has one shape an issuer. */
function variant(shape: z.core.$ZodShape): string {
  const [name, schema] = Object.entries(shape)[0] ?? []
  const def = schema === undefined ? undefined : unwrap(schema as z.core.$ZodTypes).schema._zod.def
  return def?.type === 'literal' ? ` with ${code(`${name}: ${String(def.values[0])}`)}` : ''
}

function needed({ required, fallback }: Key): string {
  if (required) return '**required**'
  return fallback === undefined ? '' : code(fallback)
}

/** Takes off default, optional and transforms, and keeps what they say. */
function unwrap(schema: z.core.$ZodTypes): Key {
  const description = z.globalRegistry.get(schema)?.description ?? ''
  const { def } = schema._zod
  if (VALUES.has(schema._zod.def)) return { schema, description, fallback: undefined, required: true }
  if (def.type === 'default' || def.type === 'prefault') {
    const inner = unwrap(def.innerType as z.core.$ZodTypes)
    const fallback = inner.schema._zod.def.type === 'object' ? undefined : write(inner.schema, def.defaultValue)
    return { ...inner, description: description || inner.description, fallback, required: false }
  }
  if (def.type === 'optional') {
    const inner = unwrap(def.innerType as z.core.$ZodTypes)
    return { ...inner, description: description || inner.description, required: false }
  }
  if (def.type === 'pipe') {
    const inner = unwrap(def.in as z.core.$ZodTypes)
    return { ...inner, description: description || inner.description }
  }
  return { schema, description, fallback: undefined, required: true }
}

function write(schema: z.core.$ZodTypes, value: unknown): string {
  const known = VALUES.get(schema._zod.def)?.write
  if (known !== undefined) return known(value as never)
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value)
    ? JSON.stringify(value)
    : JSON.stringify(value)
        .replace(/"(\w+)":/g, ' $1: ')
        .replace(/"|(?<=.)$/g, '')
        .replace(/}$/, ' }')
}

function typeName(given: z.core.$ZodTypes): string {
  const { schema } = unwrap(given)
  const known = VALUES.get(schema._zod.def)
  if (known !== undefined) return known.name
  const { def } = schema._zod
  if (def.type === 'enum')
    return Object.values(def.entries)
      .map((entry) => code(String(entry)))
      .join(', ')
  if (def.type === 'literal') return def.values.map((value) => code(String(value))).join(', ')
  if (def.type === 'array') return `list of ${typeName(def.element as z.core.$ZodTypes)}`
  if (def.type === 'union')
    return [...new Set(def.options.map((option) => typeName(option as z.core.$ZodTypes)))].join(', or ')
  if (def.type === 'record') return `map to ${typeName(def.valueType as z.core.$ZodTypes)}`
  if (def.type === 'object') return 'section'
  return def.type === 'number' ? numberName(schema) : def.type === 'string' ? 'text' : def.type
}

function numberName(schema: z.core.$ZodTypes): string {
  const { minValue, maxValue } = schema as z.ZodNumber
  return `whole number, ${minValue ?? 0} to ${maxValue}`
}

/** The sections that a value may be, or that its items may be. */
function objectsIn(given: z.core.$ZodTypes): z.core.$ZodShape[] {
  const { schema } = unwrap(given)
  const { def } = schema._zod
  if (VALUES.has(schema._zod.def)) return []
  if (def.type === 'object') return [def.shape]
  if (def.type === 'array') return objectsIn(def.element as z.core.$ZodTypes)
  if (def.type === 'union') return def.options.flatMap((option) => objectsIn(option as z.core.$ZodTypes))
  return []
}

function isList(given: z.core.$ZodTypes): boolean {
  return unwrap(given).schema._zod.def.type === 'array'
}

function inUnits(value: number, units: readonly (readonly [string, number])[]): string {
  if (value === 0) return '0'
  const [unit, factor] = units.find(([, candidate]) => value % candidate === 0)!
  return `${value / factor}${unit}`
}
