/**
 * The files of facts that come with the program: `profiles/*.yaml` and `guides/*.yaml` beside `package.json`. They are
 * found from here, so that sources (`src/`) and compiled files (`dist/`) read the same ones.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CastellanError } from '../../kernel/errors.ts'
import { readCompiled } from './compiled.ts'
import { parseFacts } from './fields.ts'

export type FactsKind = 'profiles' | 'guides'

/** The folder with `package.json`. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

const root = packageFolder()

/** Names of all files of a kind without `.yaml`, sorted. */
export function factsNames(kind: FactsKind): readonly string[] {
  return readdirSync(join(root, kind))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()
}

/** The file as messages name it. */
export function factsFile(kind: FactsKind, name: string): string {
  return `${kind}/${name}.yaml`
}

/**
 * What one file says, not yet checked. The name is looked up in the list of files, so no name leads out of the folder.
 *
 * @throws CastellanError `check.unknown-name`, `check.facts-invalid`
 */
export function factsValue(kind: FactsKind, name: string): unknown {
  const { source, compiled } = pathsOf(kind, name)
  return readCompiled(compiled, source) ?? parseFacts(factsFile(kind, name), readFileSync(source, 'utf8'))
}

/** The keys of one file above a certain key, without parsing the rest. */
export function factsHead(kind: FactsKind, name: string, end: string): unknown {
  const { source, compiled } = pathsOf(kind, name)
  const value = readCompiled(compiled, source)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Object.fromEntries(
      entries.slice(
        0,
        entries.findIndex(([key]) => key === end),
      ),
    )
  }
  const text = readFileSync(source, 'utf8')
  const index = text.indexOf(`\n${end}:`)
  return parseFacts(factsFile(kind, name), index === -1 ? text : text.slice(0, index))
}

function pathsOf(kind: FactsKind, name: string): { readonly source: string; readonly compiled: string } {
  refuseUnknown(kind, name)
  return { source: join(root, kind, `${name}.yaml`), compiled: join(root, 'dist', 'facts', kind, `${name}.json`) }
}

function refuseUnknown(kind: FactsKind, name: string): void {
  const names = factsNames(kind)
  if (names.includes(name)) return
  const what = kind === 'profiles' ? 'profile' : 'guide'
  throw new CastellanError('check.unknown-name', `There is no ${what} ${JSON.stringify(name.slice(0, 80))}.`, {
    hint: `There are: ${names.join(', ')}.`,
  })
}
