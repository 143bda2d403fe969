/** Holds the borders between folders. Prints every import that crosses one, and every cycle; ends with 1 if there is any. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'

interface Import {
  readonly from: string
  readonly to: string
  /** Erased before the program runs. */
  readonly typeOnly: boolean
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm

const files = globSync('src/**/*.ts').map((file) => file.split(sep).join('/'))
const production = files.filter(
  (file) => !/\.(test|fixture)\.ts$|-for-tests\.ts$|crash-script\.ts$|\/scene\.ts$|pebble\.ts$/.test(file),
)
const imports = production.flatMap(readImports)

function readImports(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  return [...text.matchAll(IMPORT)].map(([, type, fixed, dynamic]) => ({
    from: file,
    to: normalize(join(dirname(file), fixed ?? dynamic ?? ''))
      .split(sep)
      .join('/'),
    typeOnly: type !== undefined,
  }))
}

const guardOf = (file: string) => /^src\/guards\/([^/]+)\//.exec(file)?.[1]
const inFolder = (file: string, folder: string) => file.startsWith(`src/${folder}/`)

/** Each border: its sentence, and whether an import crosses it. */
const BORDERS: readonly (readonly [string, (found: Import) => boolean])[] = [
  ['The kernel imports nothing of ours.', ({ from, to }) => inFolder(from, 'kernel') && !inFolder(to, 'kernel')],
  [
    'No guard imports another guard.',
    ({ from, to }) => guardOf(from) !== undefined && guardOf(to) !== undefined && guardOf(from) !== guardOf(to),
  ],
  [
    'What runs in an edge reaches no database and no control plane.',
    ({ from, to, typeOnly }) =>
      !typeOnly &&
      (inFolder(from, 'edge') || from.endsWith('/edge.ts')) &&
      (inFolder(to, 'store') || inFolder(to, 'control')),
  ],
  [
    'Only the store imports a database.',
    ({ from, to, typeOnly }) => !typeOnly && to.startsWith('src/store/node-sqlite') && !inFolder(from, 'store'),
  ],
  [
    'Control runs no rule of the check: a helper does that.',
    ({ from, to, typeOnly }) =>
      !typeOnly && inFolder(from, 'control') && inFolder(to, 'check') && !/^src\/check\/guide\//.test(to),
  ],
  [
    'Nothing but the entry point imports the command line.',
    ({ from, to }) => inFolder(to, 'cli') && !inFolder(from, 'cli') && from !== 'src/main.ts',
  ],
]

const crossings = BORDERS.flatMap(([sentence, crosses]) =>
  imports.filter(crosses).map(({ from, to }) => `${sentence} ${from} imports ${to}`),
)
const databases = production
  .filter(
    (file) =>
      !inFolder(file, 'store') &&
      /from '(node:sqlite|kysely)'/.test(readFileSync(file, 'utf8').replace(/^import type .*$/gm, '')),
  )
  .map((file) => `Only the store imports a database. ${file}`)

function findCycles(): string[] {
  const next = Map.groupBy(
    imports.filter(({ typeOnly }) => !typeOnly),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push(`A cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`)
    else if (!done.has(file)) {
      for (const { to } of next.get(file) ?? []) visit(to, [...path, file])
      done.add(file)
    }
  }
  for (const file of production) visit(file, [])
  return cycles
}

const complaints = [...crossings, ...databases, ...findCycles()]
for (const complaint of complaints) console.error(complaint)
console.log(`${production.length} files, ${imports.length} imports, ${complaints.length} complaints`)
process.exitCode = complaints.length === 0 && imports.length > 0 ? 0 : 1
