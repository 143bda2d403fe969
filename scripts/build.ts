/**
 * `npm run build`: compiles `src` to `dist`, which is what `bin/castellan` runs from then on. A build that fails leaves
 * the old one. `node scripts/build.ts FOLDER` compiles to another folder.
 */
import { spawnSync } from 'node:child_process'
import { renameSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = dirname(import.meta.dirname)
const target = resolve(process.argv[2] ?? join(root, 'dist'))
const fresh = `${target}.new`
const began = new Date()

rmSync(fresh, { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', fresh], {
  stdio: 'inherit',
})
if (status === 0) {
  // `bin/castellan` compares times: what was edited while the compiler ran is newer than the result.
  utimesSync(join(fresh, 'main.js'), began, began)
  rmSync(target, { recursive: true, force: true })
  renameSync(fresh, target)
  process.stdout.write(`compiled in ${((Date.now() - began.getTime()) / 1_000).toFixed(1)} s\n`)
} else {
  rmSync(fresh, { recursive: true, force: true })
  process.exitCode = 1
}
