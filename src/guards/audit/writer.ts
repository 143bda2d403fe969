import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { auditError } from './errors.ts'

/** Writes whole batches to the end of one segment: each is on disk when its write resolves, or undone. */
export class SegmentWriter {
  readonly name: string
  readonly #path: string
  readonly #file: FileHandle
  /** Length of what is good. */
  #bytes: number
  /** A write failed, and something may lie behind what is good. */
  #unclean = false

  private constructor(folder: string, name: string, bytes: number, file: FileHandle) {
    this.name = name
    this.#path = join(folder, name)
    this.#bytes = bytes
    this.#file = file
  }

  static async open(folder: string, name: string, bytes: number): Promise<SegmentWriter> {
    return new SegmentWriter(folder, name, bytes, await open(join(folder, name), 'r+'))
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @throws Node's file errors; CastellanError `audit.changed-underneath` */
  async write(batch: string): Promise<void> {
    const bytes = Buffer.from(batch)
    if (this.#unclean) await this.#undo()
    await this.#checkUnchanged()
    this.#unclean = true
    try {
      await writeAll(this.#file, bytes, this.#bytes)
      await this.#file.datasync()
    } catch (error) {
      // If this fails too, it is tried again in front of the next batch.
      await this.#undo().catch(() => {})
      throw error
    }
    this.#bytes += bytes.length
    this.#unclean = false
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #undo(): Promise<void> {
    await this.#file.truncate(this.#bytes)
    await this.#file.datasync()
    this.#unclean = false
  }

  /** A segment that was removed or replaced would go on taking entries that nobody will ever see. */
  async #checkUnchanged(): Promise<void> {
    const [mine, there] = await Promise.all([
      this.#file.stat({ bigint: true }),
      stat(this.#path, { bigint: true }).catch(() => undefined),
    ])
    const same = there?.ino === mine.ino && there.dev === mine.dev && there.size === BigInt(this.#bytes)
    if (!same) throw auditError('audit.changed-underneath', `Somebody changed ${this.name} while it was in use.`)
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
