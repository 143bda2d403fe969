/** Writes `profiles/*.yaml` and `guides/*.yaml` as JSON, which `castellan check` reads in place of them when it is there. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FactsKind, factsNames, factsValue } from '../src/check/facts/folder.ts'
import { loadGuide } from '../src/check/guide/load.ts'
import { loadProfile } from '../src/check/profile/load.ts'

const KINDS: readonly (readonly [FactsKind, (name: string) => unknown])[] = [
  ['profiles', loadProfile],
  ['guides', loadGuide],
]

/**
 * Into `folder/profiles` and `folder/guides`.
 *
 * @throws CastellanError when a file breaks a rule of its form
 */
export function compileFacts(folder: string): void {
  for (const [kind, load] of KINDS) {
    mkdirSync(join(folder, kind), { recursive: true })
    for (const name of factsNames(kind)) {
      load(name)
      writeFileSync(join(folder, kind, `${name}.json`), JSON.stringify(factsValue(kind, name)))
    }
  }
}
