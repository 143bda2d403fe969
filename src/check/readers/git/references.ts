/** All names of commits that a repository has: branches, tags, remotes, stashes, HEAD. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type GitFolder, smallText } from './folder.ts'

const MAX_REFERENCES = 5_000
const MAX_DEPTH = 6

/** Object names in hexadecimal digits, HEAD first, each once. */
export function references(git: GitFolder): readonly string[] {
  const loose = looseReferences(join(git.common, 'refs'), 0)
  const packed = (smallText(join(git.common, 'packed-refs')) ?? '')
    .split('\n')
    .map((line) => line.split(' ', 1)[0] ?? '')
  const head = headOf(git)
  const length = git.hashBytes * 2
  const all = [...(head === undefined ? [] : [head]), ...loose, ...packed].map((name) => name.trim())
  return [...new Set(all.filter((name) => name.length === length && /^[0-9a-f]+$/.test(name)))].slice(0, MAX_REFERENCES)
}

function headOf(git: GitFolder): string | undefined {
  const text = smallText(join(git.own, 'HEAD'))?.trim()
  const named = /^ref: (refs\/[\w./-]+)$/.exec(text ?? '')?.[1]
  if (named === undefined || named.includes('..')) return text
  return smallText(join(git.common, named))
}

function looseReferences(folder: string, depth: number): readonly string[] {
  if (depth > MAX_DEPTH) return []
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).slice(0, MAX_REFERENCES)
    return entries.flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return looseReferences(path, depth + 1)
      return entry.isFile() ? (smallText(path) ?? []) : []
    })
  } catch {
    return []
  }
}
