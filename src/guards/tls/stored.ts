import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { CastellanError, errorCode, errorText } from '../../kernel/errors.ts'

/** Certificates and keys are kilobytes; what is larger is the wrong file, such as a device. */
const MAX_BYTES = 1_048_576

/** The text of a file of ours, or undefined when there is none. Throws on every other failure. */
export function readStored(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The text of a file that holds a key which must stay in control, or undefined when there is none. Throws
 * `tls.key-mode` when others than its owner may use the file: then the key has to be taken for known.
 */
export function readSecret(file: string): string | undefined {
  const text = readStored(file)
  if (text !== undefined && (lstatSync(file).mode & 0o077) !== 0) {
    throw new CastellanError('tls.key-mode', `${file} may be read by others than its owner`, {
      hint: `Delete it if it may have been read, for a new key; otherwise: chmod 600 ${file}`,
    })
  }
  return text
}

/** The text of an operator's PEM file. Throws `tls.unreadable`, naming the file and what it is for. */
export function readGiven(file: string, purpose: string): string {
  const fail = (reason: string, cause?: unknown) =>
    new CastellanError('tls.unreadable', `${purpose} ${file} can't be read: ${reason}`, { cause })
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw fail(errorText(error), error)
  }
  if (text.length > MAX_BYTES) throw fail('it is larger than 1 MiB')
  return text
}

interface Writing {
  readonly mode: number
  /** Also after a loss of power, for what can't be made again for free. */
  readonly durable: boolean
}

/**
 * Replaces a file as a whole: a reader sees the old text or the new one, and the mode (0600 for keys) holds from the
 * first byte on.
 */
export function writeStored(file: string, text: string, how: Writing): void {
  writeTogether([[file, text, how]])
}

/** The same for several files: all drafts are on the disk, which may be full, before the first file is replaced. */
export function writeTogether(files: readonly (readonly [file: string, text: string, how: Writing])[]): void {
  const drafts: string[] = []
  try {
    for (const [file, text, how] of files) {
      drafts.push(`${file}.${randomBytes(6).toString('hex')}.new`)
      writeDraft(drafts.at(-1)!, text, how)
    }
    for (const [index, [file]] of files.entries()) renameSync(drafts[index]!, file)
  } catch (error) {
    for (const draft of drafts) rmSync(draft, { force: true })
    throw error
  }
  const durable = files.filter(([, , how]) => how.durable)
  for (const folder of new Set(durable.map(([file]) => dirname(file)))) syncFolder(folder)
}

function writeDraft(draft: string, text: string, { mode, durable }: Writing): void {
  const descriptor = openSync(draft, 'wx', mode)
  try {
    writeSync(descriptor, text)
    if (durable) fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
