import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** For tests: how a guard is broken in the code that runs, while the configuration stays as it is. */
export interface Sabotage {
  /** Each replaces one place in a file below `src`. */
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[]
  /** The controls whose proofs must then be broken, and no others. */
  readonly breaks: readonly string[]
}

const ROOT = join(import.meta.dirname, '..', '..')

/** A program with some guards broken; gone when it is disposed of. */
export interface BrokenProgram extends AsyncDisposable {
  /** Its `main.ts`. */
  readonly main: string
}

/**
 * Copies the sources into the project's folder, where its processes may read and find their packages, and breaks them.
 * Throws when a place that is to be changed is not there exactly once: a sabotage that changes nothing shows nothing.
 */
export async function breakProgram(sabotages: readonly Sabotage[]): Promise<BrokenProgram> {
  const parent = join(ROOT, '.castellan')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'broken-'))
  await chmod(folder, 0o755)
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await cp(join(ROOT, 'src'), join(folder, 'src'), { recursive: true })
    for (const { edits } of sabotages) {
      for (const { file, from, to } of edits) await edit(join(folder, 'src', file), from, to)
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { main: join(folder, 'src', 'main.ts'), [Symbol.asyncDispose]: remove }
}

async function edit(path: string, from: string, to: string): Promise<void> {
  const parts = (await readFile(path, 'utf8')).split(from)
  if (parts.length !== 2)
    throw new Error(`${path} has ${parts.length - 1} places like ${JSON.stringify(from)}, not one`)
  await writeFile(path, parts.join(to))
}
