import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
const stamp = join(folder, 'node_modules', '.installed')

/**
 * Installs the applications as `package-lock.json` pins them, without install scripts, when that has not been done.
 * Safe from several test files at once. Throws an Error when npm fails, with npm's words.
 */
export function ensureApps(): void {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  if (installed() === wanted) return
  process.stderr.write('installing the applications of test/apps with npm ci\n')
  const npm = 'npm ci --ignore-scripts --omit=dev --no-audit --no-fund --loglevel=error'
  // npm ci empties node_modules first, and the stamp with it: a broken installation never looks whole.
  const script = `[ "$(cat '${stamp}' 2>/dev/null)" = ${wanted} ] || { ${npm} && printf %s ${wanted} > '${stamp}'; }`
  const child = spawnSync('flock', [folder, 'sh', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (installed() !== wanted) throw new Error(`npm ci in test/apps failed: ${child.error ?? child.stderr.trim()}`)
}

function installed(): string | undefined {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
}
