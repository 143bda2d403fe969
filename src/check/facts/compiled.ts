import { readFileSync, statSync } from 'node:fs'

/**
 * What `npm run build` made of a YAML file, since JSON is read a hundred times faster. Undefined when there is none, or
 * when the source is newer.
 */
export function readCompiled(compiled: string, source: string): unknown {
  const made = statSync(compiled, { throwIfNoEntry: false })
  if (made === undefined || made.mtimeMs < statSync(source).mtimeMs) return undefined
  return JSON.parse(readFileSync(compiled, 'utf8'))
}
