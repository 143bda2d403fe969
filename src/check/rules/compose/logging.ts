import type { Service } from '../../readers/compose/types.ts'
import type { Place } from '../../text/place.ts'
import { at, textOf } from '../../text/tree.ts'

interface Logging {
  readonly at: Place | undefined
  /** Undefined: what the engine is set to, which is json-file unless its daemon.json says otherwise. */
  readonly driver: string | undefined
  readonly maxSize: string | undefined
}

export function loggingOf({ tree }: Service): Logging {
  const logging = at(tree, 'logging')
  return {
    at: logging?.at,
    driver: textOf(at(logging, 'driver')) || undefined,
    maxSize: textOf(at(logging, 'options', 'max-size')),
  }
}

/** 50 MB for each container, rotated by the engine. */
export const BOUNDED_LOGGING = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } }
