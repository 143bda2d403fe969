import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../kernel/errors.ts'
import { type Checkpoint, checkpointHash, checkpointLine, parseCheckpoint } from './checkpoint.ts'
import { witnessFile } from './files.ts'

/**
 * The newest checkpoint in a file of its own, so that entries can't vanish from the end of the log unseen. Two lines of
 * a fixed length, written in turn: the file never grows, so that a full disk does not leave it behind, and a write that
 * is cut short spoils only the older of the two.
 */
const slotBytes = 1_024

export interface Witness {
  /** Not synced to disk: after a power cut it may lag behind the log, never be ahead of it. */
  write(checkpoint: Checkpoint): Promise<void>
  close(): Promise<void>
}

/** Opens the witness and brings it up to `last`, whatever it held before. */
export async function openWitness(folder: string, last: Checkpoint): Promise<Witness> {
  // 'r+' needs the file, and 'a+' would not write in place.
  const path = join(folder, witnessFile)
  await (await open(path, 'a', 0o600)).close()
  const file = await open(path, 'r+')
  await writeSlot(file, 0, last)
  await writeSlot(file, 1, last)
  await file.truncate(2 * slotBytes)
  await file.sync()
  return {
    write: (checkpoint) => writeSlot(file, checkpoint.sequence % 2, checkpoint),
    close: async () => {
      await file.sync()
      await file.close()
    },
  }
}

async function writeSlot(file: FileHandle, slot: number, checkpoint: Checkpoint): Promise<void> {
  await file.write(`${checkpointLine(checkpoint).padEnd(slotBytes - 1)}\n`, slot * slotBytes)
}

/**
 * Whether a witness is as it should be beside a log that ends with `last`. It is written right after the entries, so
 * that a process that was killed in between leaves it one checkpoint behind, which loses nothing.
 */
export function keepsUp(witness: Checkpoint | undefined, last: Checkpoint): boolean {
  if (witness === undefined) return last.sequence === 0
  if (witness.sequence === last.sequence) return witness.signature === last.signature
  return last.previous === checkpointHash(witness)
}

/** The newest checkpoint of the witness that can be read; undefined when there is none. @throws Node's file errors */
export async function readWitness(folder: string): Promise<Checkpoint | undefined> {
  let text: string
  try {
    text = await readFile(join(folder, witnessFile), 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  return checkpointsIn(text)
    .checkpoints.sort((a, b) => a.sequence - b.sequence)
    .at(-1)
}

/** The checkpoints in a text of JSON lines, and how many lines were something else. */
export function checkpointsIn(text: string): { checkpoints: Checkpoint[]; otherLines: number } {
  const lines = text.split('\n').filter((line) => line.replaceAll('\0', '').trim() !== '')
  const checkpoints = lines.flatMap((line) => checkpointIn(line) ?? [])
  return { checkpoints, otherLines: lines.length - checkpoints.length }
}

function checkpointIn(line: string): Checkpoint | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const wrapped = typeof value === 'object' && value !== null && 'checkpoint' in value
    return parseCheckpoint(wrapped ? value.checkpoint : value)
  } catch {
    return undefined
  }
}
