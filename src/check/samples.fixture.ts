/** Samples of rules as real files in a folder of their own: what the tests of all rules stand on. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Disk } from './disk.ts'
import { savedDocker, savedHost } from './live/saved.ts'
import { type ReadOptions, readStack } from './read-stack.ts'
import type { Observation, Rule, Sample } from './rules/rule.ts'
import type { Stack } from './stack.ts'

/** The day on which samples are written and checked. */
export const NOW = Date.UTC(2026, 5, 1)

const DAY = 86_400_000

export interface SampleOptions {
  /** Recognised by itself when none is given. */
  readonly profile?: string
  /** Milliseconds of the epoch. */
  readonly now?: number
}

export interface WrittenSample {
  readonly folder: string
  readonly stack: Stack
  readonly disk: Disk
  readonly reading: ReadOptions
}

/** Writes a sample, reads it, and takes it away again when the work is done. */
export function withSample<T>(files: Sample, options: SampleOptions, work: (sample: WrittenSample) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-sample-'))
  try {
    const live: Record<string, unknown> = {}
    for (const [name, text] of Object.entries(files)) {
      if (/^live-(docker|host)\.json$/.test(name)) live[name] = JSON.parse(text)
      else writeSampleFile(folder, name, text)
    }
    const docker = live['live-docker.json']
    const host = live['live-host.json']
    const reading: ReadOptions = {
      profile: options.profile ?? 'auto',
      now: options.now ?? NOW,
      liveDocker: docker === undefined ? undefined : savedDocker(docker),
      liveHost: host === undefined ? undefined : savedHost(host),
    }
    const disk = new Disk(folder)
    return work({ folder, disk, reading, stack: readStack(disk, folder, reading) })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The stack of a sample whose files are gone again. A problem in reading it is a fault of the sample. */
export function stackOf(files: Sample, options: SampleOptions = {}): Stack {
  return withSample(files, options, ({ stack, disk }) => {
    if (disk.problems.length > 0) throw new Error(JSON.stringify(disk.problems))
    return stack
  })
}

/** What one rule reports of a stack. */
export function observed(rule: Rule, stack: Stack): readonly Observation[] {
  const found: Observation[] = []
  if (rule.applies(stack)) rule.check(stack, (observation) => found.push(observation))
  return found
}

/** `.env!0600` is `.env` with that mode, `.env!200d` was written 200 days ago, and `.git/index` is one name a line. */
function writeSampleFile(folder: string, name: string, text: string): void {
  const [path = name, how = ''] = name.split('!')
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, path === '.git/index' ? gitIndex(text.split('\n').filter((line) => line !== '')) : text)
  chmodSync(file, /^0\d+$/.test(how) ? Number.parseInt(how, 8) : 0o644)
  const written = NOW - (/^\d+d$/.test(how) ? Number.parseInt(how, 10) : 0) * DAY
  utimesSync(file, written / 1_000, written / 1_000)
}

/** Version 2 of gitformat-index(5): names, and zeros where times and objects would be. */
function gitIndex(names: readonly string[]): Buffer {
  const head = Buffer.alloc(12)
  head.write('DIRC', 'latin1')
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(names.length, 8)
  const entries = [...names].sort().map((name) => {
    const bytes = Buffer.from(name)
    const entry = Buffer.alloc(Math.ceil((62 + bytes.length + 1) / 8) * 8)
    entry.writeUInt32BE(0o100644, 24)
    entry.writeUInt16BE(bytes.length, 60)
    bytes.copy(entry, 62)
    return entry
  })
  const body = Buffer.concat([head, ...entries])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}
