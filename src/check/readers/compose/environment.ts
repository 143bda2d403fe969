import { basename, dirname } from 'node:path'
import type { Place } from '../../text/place.ts'
import { at, type Mapping, textOf } from '../../text/tree.ts'
import type { Lookup, Variable } from '../env/interpolate.ts'
import { isSampleOf } from '../env/names.ts'
import { parseEnv } from '../env/parse.ts'
import { type EnvFileUse, envFilesOf } from './env-files.ts'
import { asNamed } from './forms.ts'
import { type Loader, spend } from './loader.ts'
import type { EnvironmentValue } from './types.ts'

/** What the container's environment will be: the `env_file`s in their order, then `environment`. */
export function environmentOf(loader: Loader, service: Mapping): ReadonlyMap<string, EnvironmentValue> {
  const own = ownEnvironment(loader, service)
  const all = new Map<string, EnvironmentValue>()
  for (const use of envFilesOf(service, loader.folder)) {
    for (const value of valuesOf(loader, use, own)) all.set(value.name, value)
  }
  for (const [name, value] of own) {
    // A name without a value anywhere leaves what an env file says.
    if (value.value !== undefined || !all.has(name)) all.set(name, value)
  }
  return all
}

function ownEnvironment(loader: Loader, service: Mapping): ReadonlyMap<string, EnvironmentValue> {
  const values = new Map<string, EnvironmentValue>()
  const tree = at(service, 'environment')
  if (tree === undefined) return values
  for (const [name, { at: place, value }] of asNamed(tree).entries) {
    const text = textOf(value)
    if (name === '') continue
    if (text === undefined) values.set(name, inherited(loader.env.lookup, name, place, 'environment'))
    else {
      const variables = value.kind === 'scalar' ? (value.variables ?? []) : []
      const writtenAt = writtenPlace(variables, place)
      values.set(name, { name, value: text, at: place, writtenAt, by: 'environment', variables })
    }
  }
  return values
}

/** A name alone: from `.env`, else from the shell, which is never looked at. */
function inherited(lookup: Lookup, name: string, at: Place, by: EnvironmentValue['by']): EnvironmentValue {
  const variable: Variable | undefined = lookup(name)
  const use = { name, from: variable?.from, by: variable === undefined ? 'nothing' : 'file' } as const
  return { name, value: variable?.value, at, writtenAt: variable?.from ?? at, by, variables: [use] }
}

/** With several variables in one value, the first one that is written anywhere. */
function writtenPlace(variables: EnvironmentValue['variables'], own: Place): Place {
  return variables.find(({ from }) => from !== undefined)?.from ?? own
}

function valuesOf(
  loader: Loader,
  use: EnvFileUse,
  own: ReadonlyMap<string, EnvironmentValue>,
): readonly EnvironmentValue[] {
  if (!loader.disk.exists(use.path)) {
    if (use.required && !hasSample(loader, use.path)) {
      loader.report(use.at, `the env_file ${loader.disk.shown(use.path)} is not there`)
    }
    return []
  }
  const file = loader.disk.read(use.path, use.at)
  if (file === undefined || !spend(loader, 'envText', file.text.length, use.at)) return []
  const lookup: Lookup = (name) => {
    const value = own.get(name)
    return (
      loader.env.lookup(name) ??
      (value?.value === undefined ? undefined : { value: value.value, from: value.writtenAt })
    )
  }
  return parseEnv(file, lookup, loader.report, use.format).map((entry) => {
    if (entry.value === undefined) return inherited(loader.env.lookup, entry.name, entry.at, 'env_file')
    const { name, value, at: place, valueAt, variables } = entry
    return { name, value, at: place, writtenAt: writtenPlace(variables, valueAt), by: 'env_file', variables }
  })
}

/** Before an installation is set up, its env files are there as samples only; that is no fault. */
function hasSample(loader: Loader, path: string): boolean {
  return loader.disk.list(dirname(path)).some((name) => isSampleOf(name, basename(path)))
}
