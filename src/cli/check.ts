/** `castellan check`: reads installations, says what is wrong and writes the fix. Runs without the server's modules. */
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { mend } from '../check/fix/mend.ts'
import { htmlReport } from '../check/report/html.ts'
import { jsonReport } from '../check/report/json.ts'
import type { Paint } from '../check/report/paint.ts'
import { sarifReport } from '../check/report/sarif.ts'
import { tableReport } from '../check/report/table.ts'
import { type CheckResult, exitCodeOf } from '../check/result.ts'
import { rules } from '../check/rules/all.ts'
import type { Severity } from '../check/rules/rule.ts'
import { check, type Manifests } from '../check/run.ts'
import { CastellanError, errorText } from '../kernel/errors.ts'
import { plain, type Terminal } from './terminal.ts'

export type Format = 'table' | 'json' | 'sarif' | 'html'

export interface CheckArguments {
  readonly profile: string
  readonly docker: boolean
  readonly host: boolean
  readonly k8s?: string
  readonly format: Format
  readonly json: boolean
  readonly output?: string
  readonly minSeverity: Severity
  readonly fix: boolean
  readonly guide?: string
}

/** Few installations are done before anybody wonders. */
const PROGRESS_FROM = 20
const DEFAULT_WIDTH = 100
const LINES_AT_ONCE = 500

/** Resolves with the exit code. Throws `check.unknown-name`, `check.output`. */
export async function runCheck(
  paths: readonly string[],
  options: CheckArguments,
  version: string,
  terminal: Terminal,
): Promise<number> {
  const now = Date.now()
  const result = await check({
    // Manifests that are named are all that is meant, unless a path is named, too.
    paths: paths.length === 0 && options.k8s === undefined ? ['.'] : paths,
    base: process.cwd(),
    profile: options.profile,
    guide: options.guide,
    kubernetes: options.k8s === undefined ? undefined : await manifests(options.k8s),
    live: { dockerSocket: options.docker ? dockerSocket() : undefined, host: options.host },
    minSeverity: options.minSeverity,
    now,
    rules,
    progress,
    ...(options.fix ? { mend } : {}),
  })
  const format = options.json ? 'json' : options.format
  const lines = reportOf(result, format, { version, now, paint: paintOf(terminal, options.output === undefined) })
  if (options.output === undefined) await print(lines, terminal)
  else write(options.output, lines)
  return exitCodeOf(result)
}

/** Waits for a reader that is slower, as a report on a thousand installations should not pile up in memory. */
async function print(lines: Iterable<string>, terminal: Terminal): Promise<void> {
  for (const part of parts(lines)) {
    terminal.line(part)
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
  }
}

function reportOf(
  result: CheckResult,
  format: Format,
  { version, now, paint }: { readonly version: string; readonly now: number; readonly paint: Paint },
): Iterable<string> {
  if (format === 'json') return jsonReport(result)
  if (format === 'sarif') return sarifReport(result, rules, version)
  return format === 'html' ? [htmlReport(result, now)] : tableReport(result, paint)
}

/** So many lines at a time that neither calls nor memory count. */
function* parts(lines: Iterable<string>): Generator<string> {
  let part: string[] = []
  for (const line of lines) {
    part.push(line)
    if (part.length < LINES_AT_ONCE) continue
    yield part.join('\n')
    part = []
  }
  if (part.length > 0) yield part.join('\n')
}

function paintOf(terminal: Terminal, toTerminal: boolean): Paint {
  const as = (style: (text: string) => string) => (toTerminal ? style : (text: string) => text)
  const { bold, dim, red, yellow, green } = terminal
  const width = toTerminal ? (process.stdout.columns ?? DEFAULT_WIDTH) : DEFAULT_WIDTH
  return { bold: as(bold), dim: as(dim), red: as(red), yellow: as(yellow), green: as(green), safe: plain, width }
}

async function manifests(name: string): Promise<Manifests> {
  return name === '-' ? { text: await standardInput() } : { paths: [resolve(name)] }
}

/** More than any chart makes; what does not end is not waited for. */
const MAX_INPUT_BYTES = 32 * 1_048_576

async function standardInput(): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    pieces.push(piece)
    size += piece.length
    if (size <= MAX_INPUT_BYTES) continue
    throw new CastellanError('check.input-size', `Standard input holds more than ${MAX_INPUT_BYTES} bytes.`, {
      hint: 'Give the manifests in parts, or as files: --k8s FOLDER.',
    })
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** The engine's own variable; an engine behind TCP is not asked, as that would be the network. */
function dockerSocket(): string {
  const host = process.env['DOCKER_HOST'] ?? ''
  return host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock'
}

function progress(done: number, all: number): void {
  if (all < PROGRESS_FROM || process.stderr.isTTY !== true) return
  process.stderr.write(done === all ? '\r\x1b[K' : `\r${done} of ${all} installations`)
}

function write(path: string, lines: Iterable<string>): void {
  try {
    const file = openSync(path, 'w')
    try {
      for (const part of parts(lines)) writeSync(file, `${part}\n`)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new CastellanError('check.output', `The report can't be written: ${errorText(error)}.`, { cause: error })
  }
}
