import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

export const CURRENT = 'access.jsonl'
const ROTATED = /^access-\d{8}T\d{9}Z\.jsonl$/

export interface RotatingFileOptions {
  readonly folder: string
  /** A file is closed when it would grow beyond this. */
  readonly maxBytes: number
  /** How many closed files are kept. */
  readonly keep: number
  readonly now: () => number
}

/** `access.jsonl`, renamed by size and at midnight UTC to `access-20261122T034017000Z.jsonl`. */
export class RotatingFile {
  private readonly options: RotatingFileOptions
  private fd = -1
  private size = 0
  private day = ''

  constructor(options: RotatingFileOptions) {
    this.options = options
    mkdirSync(options.folder, { recursive: true, mode: 0o750 })
    this.open()
  }

  /** Appends whole lines. Throws the system's error when the disk is full; what was written so far stays whole lines. */
  write(lines: Buffer): void {
    if (dayOf(this.options.now()) !== this.day || (this.size > 0 && this.size + lines.length > this.options.maxBytes)) {
      this.rotate()
    }
    try {
      let offset = 0
      while (offset < lines.length) offset += writeSync(this.fd, lines, offset)
      this.size += lines.length
    } catch (error) {
      ftruncateSync(this.fd, this.size) // the disk may have taken half a line
      throw error
    }
  }

  close(): void {
    closeSync(this.fd)
  }

  /** Opens the current file; the one before is only let go of once that has worked. */
  private open(): void {
    const fd = openSync(join(this.options.folder, CURRENT), 'a', 0o640)
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = fd
    const { size, mtimeMs } = fstatSync(fd)
    this.size = size
    this.day = dayOf(size === 0 ? this.options.now() : mtimeMs)
  }

  private rotate(): void {
    const { folder, keep, now } = this.options
    const stamp = new Date(now()).toISOString().replace(/[-:.]/g, '')
    const [current, closing] = [join(folder, CURRENT), join(folder, `access-${stamp}.jsonl`)]
    const full = this.size > 0
    if (full) renameSync(current, closing)
    try {
      this.open()
    } catch (error) {
      if (full) renameSync(closing, current)
      throw error
    }
    this.day = dayOf(now())
    const closed = readdirSync(folder)
      .filter((name) => ROTATED.test(name))
      .sort()
    for (const name of closed.slice(0, Math.max(0, closed.length - keep))) unlinkSync(join(folder, name))
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
