import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ReadEntry, readEntries } from '../guards/audit/reader.ts'
import { verifyAudit } from '../guards/audit/verify.ts'
import { CastellanError } from '../kernel/errors.ts'
import { openSubjectKeys } from '../store/subject-keys.ts'
import { foldersOf } from '../supervisor/folders.ts'
import { plain, type Terminal } from './terminal.ts'

interface Common {
  readonly data: string
  readonly json: boolean
}

/** `audit tail`: the last entries, and new ones as they come with --follow. Works on the files alone. */
export async function tailAudit(
  options: Common & { readonly lines: string; readonly follow: boolean },
  terminal: Terminal,
): Promise<void> {
  const tail = Number(options.lines)
  if (!Number.isInteger(tail) || tail < 0)
    throw new CastellanError('audit.lines', `--lines: found ${options.lines}; allowed: a whole number`)
  const abort = new AbortController()
  process.on('SIGINT', () => abort.abort())
  await readWithKeys(options.data, { tail, follow: options.follow, signal: abort.signal }, (entry) => {
    terminal.line(options.json ? JSON.stringify(entry) : entryText(entry))
  })
}

/** `audit export`: every entry as a line of JSON, with personal fields of everybody who was not erased. */
export async function exportAudit({ data }: Common, terminal: Terminal): Promise<void> {
  await readWithKeys(data, {}, (entry) => terminal.line(JSON.stringify(entry)))
}

/** `audit verify`: 0 when the log holds, 1 when it was tampered with, 2 when that can't be decided. */
export async function verifyAuditLog(
  options: Common & { readonly checkpoint?: string; readonly publicKey?: string },
  terminal: Terminal,
): Promise<number> {
  const folder = auditFolder(options.data)
  const { checkpoint, publicKey } = options
  const result = await verifyAudit({
    folder,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(publicKey === undefined ? {} : { publicKey: readFileSync(publicKey, 'utf8') }),
  })
  if (options.json) terminal.line(JSON.stringify(result))
  else {
    const colour = { holds: terminal.green, broken: terminal.red, unknown: terminal.yellow }[result.state]
    terminal.line(`${colour(result.state)}  ${result.size} entries, root ${result.root}`)
    for (const { code, message, where } of result.findings)
      terminal.line(`  ${code}: ${plain(message)}${where ? ` (${plain(where)})` : ''}`)
  }
  return result.state === 'broken' ? 1 : 0
}

async function readWithKeys(
  data: string,
  options: Parameters<typeof readEntries>[1],
  show: (entry: ReadEntry) => void,
): Promise<void> {
  const folder = auditFolder(data)
  const keys = await openSubjectKeys(join(foldersOf(data).state, 'subjects.db'))
  try {
    for await (const entry of readEntries(folder, { ...options, decrypt: keys })) show(entry)
  } finally {
    await keys.close()
  }
}

function auditFolder(data: string): string {
  const { audit } = foldersOf(data)
  if (existsSync(audit)) return audit
  throw new CastellanError('audit.missing', `There is no audit log in ${data}.`, {
    hint: 'Name the data folder with --data.',
  })
}

function entryText({ index, time, event, actor, target, site, data, personal }: ReadEntry): string {
  const fields = personal?.flatMap(({ fields: known = {} }) => Object.entries(known)) ?? []
  const pairs = [...Object.entries({ target, site }), ...Object.entries(data ?? {}), ...fields]
  const told = pairs.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`],
  )
  return plain(`${String(index).padStart(6)}  ${time}  ${event.padEnd(22)}  ${actor ?? 'castellan'}  ${told.join(' ')}`)
}
