import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode } from '../../kernel/errors.ts'
import { jsonLine } from './entry.ts'
import { appendLine, erasuresFile } from './files.ts'
import type { PersonalKeys } from './personal.ts'

const erasureSchema = z.strictObject({ subject: z.string().min(1).max(256), time: z.string() })

/** A person who was erased: the opaque id, and when, in ISO 8601. */
export interface Erasure {
  readonly subject: string
  readonly time: string
}

/** Notes an erasure, on disk when it resolves: in front of the erasure itself, so that a crash can't lose it. */
export function noteErasure(folder: string, erasure: Erasure): Promise<void> {
  return appendLine(join(folder, erasuresFile), jsonLine(erasure))
}

/** The erasures in a file, in order; none when there is no file. A line that a crash cut short is left out. */
export async function readErasures(path: string): Promise<Erasure[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').flatMap((line) => parseErasure(line) ?? [])
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

function parseErasure(line: string): Erasure | undefined {
  try {
    return erasureSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/**
 * Erases again everybody on the list, as at every start: a restore may have brought keys back.
 *
 * @param from A list that was kept elsewhere, newer than the restored one; its people are added to the folder's list.
 * @returns How many people are on the list.
 */
export async function replayErasures(folder: string, keys: PersonalKeys, from?: string): Promise<number> {
  const listed = await readErasures(join(folder, erasuresFile))
  const known = new Set(listed.map((erasure) => erasure.subject))
  for (const erasure of from === undefined ? [] : await readErasures(from)) {
    if (!known.has(erasure.subject)) await noteErasure(folder, erasure)
    known.add(erasure.subject)
  }
  if (known.size > 0) await keys.erase([...known])
  return known.size
}
