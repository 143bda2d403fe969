import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { createSample } from '../../examples/sample/server.ts'

const root = dirname(dirname(import.meta.dirname))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const folders = ['sample', 'trial', 'installation'].map((name) => join(root, '.castellan', name))
/** What the README takes for the visitor's own application. */
let application: Server

interface Block {
  /** `run`: to its end. `serve`: until it serves; it then stays until the next one. */
  readonly kind: 'run' | 'serve'
  readonly script: string
}

before(async () => {
  for (const folder of folders) if (existsSync(folder)) renameSync(folder, kept(folder))
  application = createSample().on('error', () => undefined) // Somebody's application is there already; it does as well.
  application.listen(3000, '127.0.0.1')
})

after(() => {
  application.close()
  application.closeAllConnections()
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true })
    if (existsSync(kept(folder))) renameSync(kept(folder), folder)
  }
})

test('the commands of the README work as they are written', { timeout: 240_000 }, async (context) => {
  const blocks = findBlocks(readme)
  assert.ok(blocks.filter(({ kind }) => kind === 'serve').length >= 3, 'npm start, guard and up are shown')
  let serving: ChildProcess | undefined
  try {
    for (const { kind, script } of blocks) {
      if (kind === 'serve') {
        await end(serving)
        serving = await serve(script)
      } else context.diagnostic(await run(script))
    }
  } finally {
    await end(serving)
  }
})

test('the configuration of the README is the file that it names', () => {
  const [, shown] = /```yaml\n([\s\S]*?)```/.exec(readme)!
  assert.equal(shown, readFileSync(join(root, 'examples/castellan.yaml'), 'utf8'))
})

test('every link between the documents leads somewhere', () => {
  const pages = ['', 'deploy', 'docs/how-to', 'docs/reference', 'docs/decisions'].flatMap((folder) => {
    return readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name))
  })
  const dead = pages.flatMap((page) => {
    const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)
    return [...links].filter(([, to]) => !existsSync(join(root, dirname(page), to!))).map(([, to]) => `${page}: ${to}`)
  })
  assert.ok(pages.length > 20)
  assert.deepEqual(dead, [])
})

/** Blocks of Markdown that begin with three backticks and `sh run` or `sh run serve`. */
function findBlocks(text: string): Block[] {
  return [...text.matchAll(/^```sh run( serve)?\n([\s\S]*?)^```/gm)].map(([, serves, script]) => ({
    kind: serves === undefined ? 'run' : 'serve',
    script: script!,
  }))
}

async function run(script: string): Promise<string> {
  const child = shell(script)
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const [code] = await once(child, 'close')
  assert.equal(code, 0, `${script}\n${output}`)
  return output
}

/** Resolves when the gate says where it serves. */
async function serve(script: string): Promise<ChildProcess> {
  const child = shell(script)
  let errors = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  for await (const line of createInterface({ input: child.stdout! })) {
    if (!/is served at https:/.test(line)) continue
    child.stdout!.resume()
    return child
  }
  throw new Error(`${script}\n${errors}`)
}

/** In a process group of its own, as a terminal does, so that its end reaches npm's children too. */
function shell(script: string): ChildProcess {
  return spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  process.kill(-child.pid!, 'SIGINT')
  await closed
}

function kept(folder: string): string {
  mkdirSync(dirname(folder), { recursive: true })
  return `${folder}.kept`
}
