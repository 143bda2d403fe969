import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { CastellanError, errorText } from '../../kernel/errors.ts'
import { checkPair, type Pair } from './pair.ts'
import type { FilesConfig } from './schema.ts'
import { readGiven } from './stored.ts'

const DAY = 86_400_000
/** Something else renews these files; when it has not by now, the operator should know. */
const WARN_BEFORE = 14 * DAY
/** Two files are written one after the other: changes are looked at when there was none for this long, in ms. */
const SETTLE = 250

export interface FilesOptions {
  readonly config: FilesConfig
  readonly hosts: readonly string[]
  readonly clock: Clock
  /** How often the files are read in any case, in ms: network file systems tell of no change. */
  readonly everyMs: number
  onChange(pair: Pair): void
  onError(error: CastellanError): void
}

export interface CertificateFiles {
  current(): Pair
  close(): void
}

/**
 * Reads the operator's certificate files and follows their changes, also where a file is replaced by renaming or a
 * symbolic link is turned, as certbot and Kubernetes do. A new pair that is not good is reported and the old one stays.
 * Throws what `checkPair` throws, or `tls.unreadable`, when the first pair is not good.
 */
export function openFiles(options: FilesOptions): CertificateFiles {
  const { config, clock } = options
  let pair = readFiles(options)
  let told = ''
  let warned = 0
  const report = (error: unknown) => {
    const problem = toProblem(error)
    // The same problem is told once, not at every look.
    if (problem.message !== told) options.onError(problem)
    told = problem.message
  }
  const look = () => {
    try {
      const next = readFiles(options)
      told = ''
      if (next.cert === pair.cert && next.key === pair.key) return warn()
      pair = next
      options.onChange(pair)
    } catch (error) {
      report(error)
    }
  }
  const warn = () => {
    const left = pair.notAfter - clock()
    if (left > WARN_BEFORE || clock() - warned < DAY) return
    warned = clock()
    options.onError(
      new CastellanError('tls.expires', `${config.cert} expires at ${new Date(pair.notAfter).toISOString()}`, {
        hint: 'Renew it; the new files are taken up by themselves.',
      }),
    )
  }
  const stop = follow([config.cert, config.key], options.everyMs, look, report)
  warn()
  return { current: () => pair, close: stop }
}

function readFiles({ config, hosts, clock }: FilesOptions): Pair {
  const texts = {
    cert: readGiven(config.cert, 'the certificate'),
    key: readGiven(config.key, 'the private key'),
    certName: config.cert,
    keyName: config.key,
  }
  return checkPair(texts, hosts, clock())
}

/** Calls `look` some time after changes in the folders of the files, and regularly. Gives back how to stop. */
function follow(files: string[], everyMs: number, look: () => void, report: (error: unknown) => void): () => void {
  let settling: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(settling)
    settling = setTimeout(look, SETTLE).unref()
  }
  const watchers = [...new Set(files.map(dirname))].flatMap((folder) => watchFolder(folder, soon, report))
  const timer = setInterval(look, everyMs).unref()
  return () => {
    clearTimeout(settling)
    clearInterval(timer)
    for (const watcher of watchers) watcher.close()
  }
}

/** The folder, since a watch on a file stays with the old file when another is renamed onto it. */
function watchFolder(folder: string, changed: () => void, report: (error: unknown) => void): FSWatcher[] {
  try {
    return [watch(folder, { persistent: false }, changed).on('error', report)]
  } catch (error) {
    report(error)
    return []
  }
}

function toProblem(error: unknown): CastellanError {
  if (error instanceof CastellanError) return error
  return new CastellanError('tls.watch', `certificate files are read at intervals only: ${errorText(error)}`)
}
