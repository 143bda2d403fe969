import { rootScope, scopesOf } from '../../readers/nginx/scope.ts'
import type { NginxFile } from '../../readers/nginx/types.ts'

/** A `map`: what it looks at (`$http_origin`) and the variable that it makes (`$foreign`). */
export interface VariableMap {
  readonly from: string
  readonly to: string
}

const known = new WeakMap<NginxFile, readonly VariableMap[]>()

/** The maps of a configuration; read once. */
export function mapsOf(file: NginxFile): readonly VariableMap[] {
  const maps = known.get(file) ?? readMaps(file)
  known.set(file, maps)
  return maps
}

function readMaps(file: NginxFile): readonly VariableMap[] {
  return [...scopesOf(rootScope(file), 'map')].flatMap(({ directive }) => {
    const [from, to] = directive!.args.map(({ value }) => value)
    return from === undefined || to === undefined ? [] : [{ from, to }]
  })
}
