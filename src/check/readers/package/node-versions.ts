import { join } from 'node:path'
import type { Disk } from '../../disk.ts'
import { at, itemsOf, type Tree, textOf } from '../../text/tree.ts'
import type { NodeVersion } from './types.ts'

/** Files of one line that version managers read (nvm, nodenv, fnm, asdf, mise). */
const FILES = ['.nvmrc', '.node-version', '.tool-versions'] as const

export const VERSION_FILES: readonly string[] = FILES

/** What these files of a folder say. `names`: the files that are there. */
export function versionsOfFiles(disk: Disk, folder: string, names: readonly string[]): readonly NodeVersion[] {
  return FILES.filter((name) => names.includes(name)).flatMap((name) => {
    const file = disk.read(join(folder, name))
    if (file === undefined) return []
    const lines = file.text.split('\n').map((line) => line.replace(/#.*/, ''))
    const wanted = name === '.tool-versions' ? /^\s*node(?:js)?\s+(\S+)/ : /^\s*(\S+)/
    const index = lines.findIndex((line) => wanted.test(line))
    const text = wanted.exec(lines[index] ?? '')?.[1]
    return text === undefined ? [] : [{ by: name, text, at: { file: file.shown, line: index + 1, column: 1 } }]
  })
}

/** What a `package.json` says: engines and devEngines (docs.npmjs.com), volta (docs.volta.sh). */
export function versionsOfPackage(tree: Tree): readonly NodeVersion[] {
  const runtime = at(tree, 'devEngines', 'runtime')
  const runtimes = [...itemsOf(runtime), ...(runtime === undefined ? [] : [runtime])].filter(
    (one) => textOf(at(one, 'name')) === 'node',
  )
  const found: readonly (readonly [NodeVersion['by'], Tree | undefined])[] = [
    ['volta', at(tree, 'volta', 'node')],
    ['engines', at(tree, 'engines', 'node')],
    ...runtimes.map((one) => ['devEngines', at(one, 'version')] as const),
  ]
  return found.flatMap(([by, value]) => {
    const text = textOf(value)
    return text === undefined || value === undefined ? [] : [{ by, text, at: value.at }]
  })
}
