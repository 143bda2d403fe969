import { basename, dirname, join } from 'node:path'
import type { Disk } from '../../disk.ts'
import { isEnvSample } from '../env/names.ts'
import type { BuildContext } from './types.ts'

/** What holds secrets or the history of the sources, by its name at the top of a folder. */
const SENSITIVE =
  /^(?:\.git|\.env(?:\..+)?|\.npmrc|\.netrc|\.aws|\.ssh|\.docker|\.kube|secrets?|id_(?:rsa|dsa|ecdsa|ed25519)|.+\.(?:pem|key|p12|pfx|jks))$/

/** What is sent to the builder for this Dockerfile, as far as it matters. */
export function contextOf(disk: Disk, dockerfile: string, folder: string): BuildContext {
  const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)
  const ignore = disk.readIfThere(own) ?? disk.readIfThere(join(folder, '.dockerignore'))
  const ignored = ignoreOf(ignore?.text ?? '')
  const names = disk.folder(folder) === undefined ? [] : disk.list(folder)
  const sensitive = names.filter((name) => SENSITIVE.test(name) && !isEnvSample(name) && !ignored(name))
  return { folder, ignoreFile: ignore !== undefined, sensitive }
}

/**
 * Which names at the top of the context an ignore file leaves out: the last pattern that fits decides.
 * Source: https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
function ignoreOf(text: string): (name: string) => boolean {
  const patterns = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const kept = line.startsWith('!')
      const path = (kept ? line.slice(1).trim() : line).replace(/^(?:\.?\/)+/, '').replace(/(?<!\/)\/+(?:\*\*?)?$/, '')
      return { kept, fits: matcher(path.replace(/^(?:\*\*\/)+/, '')) }
    })
  return (name) => patterns.findLast(({ fits }) => fits(name))?.kept === false
}

/** A pattern of one name, with `*` and `?`; linear in the name for each star. What has a slash is no name at the top. */
function matcher(pattern: string): (name: string) => boolean {
  if (pattern === '' || pattern.includes('/')) return () => false
  const parts = pattern.split(/\*+/)
  return (name) => {
    let position = 0
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1
      const found = index === 0 ? 0 : last ? name.length - part.length : find(name, part, position)
      if (found < position || !fitsAt(name, part, found)) return false
      position = found + part.length
    }
    return position === name.length || parts.at(-1) === ''
  }
}

function find(name: string, part: string, from: number): number {
  for (let index = from; index + part.length <= name.length; index++) if (fitsAt(name, part, index)) return index
  return -1
}

function fitsAt(name: string, part: string, index: number): boolean {
  if (index + part.length > name.length) return false
  for (let offset = 0; offset < part.length; offset++) {
    if (part[offset] !== '?' && part[offset] !== name[index + offset]) return false
  }
  return true
}
