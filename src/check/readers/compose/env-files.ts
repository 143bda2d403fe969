import { resolve } from 'node:path'
import type { Place } from '../../text/place.ts'
import { at, type Mapping, textOf } from '../../text/tree.ts'
import type { EnvFormat } from '../env/parse.ts'
import { asList } from './forms.ts'

/** One file named by the `env_file` of a service. */
export interface EnvFileUse {
  /** Absolute. */
  readonly path: string
  readonly at: Place
  /** Compose refuses to start without it. */
  readonly required: boolean
  readonly format: EnvFormat
}

/** The `env_file` of a service in all its forms: a text, a list of texts, a list of `{path, required, format}`. */
export function envFilesOf(service: Mapping, folder: string): readonly EnvFileUse[] {
  const tree = at(service, 'env_file')
  if (tree === undefined) return []
  const items = tree.kind === 'mapping' ? [tree] : asList(tree).items
  const uses: EnvFileUse[] = []
  for (const item of items) {
    const path = textOf(at(item, 'path')) ?? textOf(item)
    if (path === undefined || path === '') continue
    uses.push({
      path: resolve(folder, path),
      at: item.at,
      required: textOf(at(item, 'required')) !== 'false',
      format: textOf(at(item, 'format')) === 'raw' ? 'raw' : 'compose',
    })
  }
  return uses
}
