import { open, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

/** The witness: the newest checkpoint, apart from the entries. */
export const witnessFile = 'checkpoints.jsonl'
export const publicKeyFile = 'public-key.pem'
export const erasuresFile = 'erasures.jsonl'
export const lockFileName = 'writer.lock'

const segmentForm = /^entries-(\d{12})\.jsonl$/

/** One file of entries; its name says the index of its first entry. */
export interface SegmentFile {
  readonly name: string
  readonly first: number
}

export function segmentName(first: number): string {
  return `entries-${String(first).padStart(12, '0')}.jsonl`
}

/** The segments of a folder in order. @throws Node's file errors, `ENOENT` when there is no folder */
export async function listSegments(folder: string): Promise<SegmentFile[]> {
  const names = await readdir(folder)
  return names
    .flatMap((name) => {
      const first = segmentForm.exec(name)?.[1]
      return first === undefined ? [] : [{ name, first: Number(first) }]
    })
    .sort((a, b) => a.first - b.first)
}

/** Puts a whole file into place, on disk when it resolves: a crash leaves either the old state or the new. */
export async function putFile(folder: string, name: string, content: string): Promise<void> {
  const temporary = join(folder, `${name}.new`)
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, join(folder, name))
  await syncFolder(folder)
}

/** Makes new names in a folder last through a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Adds a line to a file, on disk when it resolves. A line that a crash cut short is ended first. */
export async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await file.read(last, 0, 1, size - 1)
    const torn = size > 0 && last[0] !== 0x0a
    await file.writeFile(`${torn ? '\n' : ''}${line}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
