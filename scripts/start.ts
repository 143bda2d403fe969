/**
 * `npm start`: the sample application of `examples/sample`, and `castellan guard` in front of it. Arguments after `--`
 * are those of `guard`. Ends both when it is ended.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const root = dirname(import.meta.dirname)

const sample = spawn(process.execPath, [join(root, 'examples/sample/server.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [upstream] = (await once(createInterface({ input: sample.stdout }), 'line')) as [string]
const given = process.argv.slice(2)
const data = given.includes('--data') ? [] : ['--data', dataFolder()]
const guard = spawn(join(root, 'bin/castellan'), ['guard', upstream, ...data, ...given], { stdio: 'inherit' })

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(guard))
sample.on('exit', () => end(guard))
const [code] = (await once(guard, 'exit')) as [number | null]
end(sample)
process.exitCode = code ?? 1

function end(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
}

/**
 * In the checkout, so that the next start finds its people again. Started by root, the gate's processes become other
 * users; where those can't reach the checkout, the folder lies where root's data does.
 */
function dataFolder(): string {
  const reachable = process.getuid?.() !== 0 || parents(root).every((folder) => (statSync(folder).mode & 0o001) !== 0)
  const folder = reachable ? join(root, '.castellan/sample') : '/var/lib/castellan-sample'
  if (!reachable) process.stderr.write(`${root} can't be reached by other users; the data folder is ${folder}\n`)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A folder and all above it. */
function parents(folder: string): string[] {
  return folder === dirname(folder) ? [folder] : [folder, ...parents(dirname(folder))]
}
