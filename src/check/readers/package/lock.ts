import { dirname, join } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Ecosystem, PackageFile } from './types.ts'

const LOCKS: Readonly<Partial<Record<Ecosystem, readonly string[]>>> = {
  npm: [
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb',
    'deno.lock',
  ],
  pip: ['poetry.lock', 'uv.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock'],
  bundler: ['Gemfile.lock', 'gems.locked'],
  composer: ['composer.lock'],
  cargo: ['Cargo.lock'],
  gomod: ['go.sum'],
}

/** What fixes the versions: `PackageFile.lock`. Looked for upwards as far as `top`, as workspaces share one. */
export function lockOf(
  disk: Disk,
  ecosystem: Ecosystem,
  folder: string,
  top: string,
  text: { readonly name: string; readonly text: string },
): PackageFile['lock'] {
  const names = LOCKS[ecosystem]
  if (names === undefined) return 'unusual'
  if (isExact(text.name, text.text)) return text.name
  for (let path = folder; ; path = dirname(path)) {
    const found = names.find((name) => disk.exists(join(path, name)))
    if (found !== undefined) return disk.shown(join(path, found))
    if (path === top || dirname(path) === path) return undefined
  }
}

/** A list for pip in which every line names one version (`pip-compile` and `pip freeze` write such ones). */
function isExact(name: string, text: string): boolean {
  if (!name.endsWith('.txt')) return false
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim())
  return lines.every((line) => line === '' || line.startsWith('-') || /===?|\s@\s|^--hash/.test(line))
}
