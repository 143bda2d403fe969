import type { EnvRepair, Repair } from '../../fix/repair.ts'
import type { Written } from './written.ts'

/** Writes another value where this one stands, or takes it out (undefined). Samples are not patched. */
export function rewrite({ name, entry, services }: Written, value: EnvRepair['value']): { repair?: readonly Repair[] } {
  if (entry !== undefined) {
    if (entry.file.use === 'example') return {}
    return { repair: [{ kind: 'env', file: entry.file.path, name: entry.name, value }] }
  }
  if (value !== undefined && typeof value !== 'string') return {}
  const how = value === undefined ? 'remove' : 'merge'
  const repair = services.map(
    (service): Repair => ({
      kind: 'compose',
      path: ['services', service.name, 'environment', name],
      value: value ?? null,
      how,
    }),
  )
  return repair.length === 0 ? {} : { repair }
}
