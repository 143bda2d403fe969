import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = dirname(dirname(dirname(import.meta.dirname)))

/** Lays out what is shipped: the compiled program and its production dependencies, nothing else. */
export function layOut(target: string): void {
  mkdirSync(target, { recursive: true })
  for (const name of ['package.json', 'LICENSE', 'bin', 'dist', 'guides', 'profiles'])
    cpSync(join(root, name), join(target, name), { recursive: true })
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root, encoding: 'utf8' })
  for (const folder of listed.split('\n').filter((line) => line.includes('/node_modules/'))) {
    cpSync(folder, join(target, relative(root, folder)), { recursive: true })
  }
}
