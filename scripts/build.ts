/**
 * `npm run build`: bundles `src` to `dist`, one file a process and what they share, which is what `bin/castellan` runs
 * from then on: a bundle starts in a third of the time of a thousand modules. A build that fails leaves the old one.
 * `node scripts/build.ts FOLDER` builds to another folder.
 */
import { spawnSync } from 'node:child_process'
import { renameSync, rmSync, utimesSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { compileFacts } from './facts.ts'
import { leanModules } from './lean-modules.ts'

/** The processes, by their place below `src` and `dist`: `src/supervisor/processes.ts` finds them there. */
const PROCESSES = [
  'main',
  'control/main',
  'edge/main',
  'helpers/log/main',
  'helpers/password/main',
  'helpers/posture/main',
]

const root = dirname(import.meta.dirname)
const target = resolve(process.argv[2] ?? join(root, 'dist'))
const fresh = `${target}.new`
const began = new Date()

async function bundle(): Promise<void> {
  await using build = await rolldown({
    input: Object.fromEntries(PROCESSES.map((name) => [name, join(root, 'src', `${name}.ts`)])),
    platform: 'node',
    // Its dictionaries are loaded when a password is judged, by a process that may read nothing else.
    external: /^@zxcvbn-ts\//,
    plugins: [leanModules],
  })
  await build.write({
    dir: fresh,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
    comments: { legal: true },
  })
}

/** Compiled code of every process, for any folder that the result is moved to; other versions of Node pass it over. */
function fillCompileCache(): void {
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: join(fresh, 'compiled'),
    NODE_COMPILE_CACHE_PORTABLE: '1',
  }
  for (const name of PROCESSES)
    spawnSync(process.execPath, [join(fresh, `${name}.js`), '--help'], { env, stdio: 'ignore', input: '' })
  // What the check loads when it runs; there is nothing to check in this folder.
  spawnSync(process.execPath, [join(fresh, 'main.js'), 'check', '--fix'], { cwd: fresh, env, stdio: 'ignore' })
}

rmSync(fresh, { recursive: true, force: true })
try {
  await bundle()
  compileFacts(join(fresh, 'facts'))
  fillCompileCache()
  // `bin/castellan` compares times: what was edited while this ran is newer than the result.
  utimesSync(join(fresh, 'main.js'), began, began)
  rmSync(target, { recursive: true, force: true })
  renameSync(fresh, target)
  process.stdout.write(`bundled in ${((Date.now() - began.getTime()) / 1_000).toFixed(1)} s\n`)
} catch (error) {
  rmSync(fresh, { recursive: true, force: true })
  throw error
}
