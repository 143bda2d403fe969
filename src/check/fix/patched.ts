/** Texts of proxies' files and manifests as they would be after their repairs. */
import { type Document, parseAllDocuments } from 'yaml'
import type { ObjectRepair, TextRepair } from './repair.ts'
import type { Wanted } from './repairs.ts'

/** Whole lines are changed, from the last to the first; one that overlaps another waits for the next run. */
export function withLines(text: string, wanted: readonly Wanted<TextRepair>[]): string {
  const end = text.includes('\r\n') ? '\r' : ''
  const lines = text.split('\n')
  const each = new Map(wanted.map(({ repair }) => [JSON.stringify(repair), repair]))
  // Of two at the same line the one that was asked for first comes out above.
  const ordered = [...each.values()].reverse().sort((a, b) => b.line - a.line)
  let untouched = Number.POSITIVE_INFINITY
  for (const { line, remove, insert } of ordered) {
    if (line - 1 + remove > untouched) continue
    lines.splice(line - 1, remove, ...insert.map((one) => one + end))
    untouched = remove === 0 ? untouched : line - 1
  }
  return lines.join('\n')
}

/** Values are set in the documents that need it; the other documents stay as they are, to the letter. */
export function withValues(text: string, wanted: readonly Wanted<ObjectRepair>[]): string {
  const documents = parseAllDocuments(text, { logLevel: 'silent' })
  if (!Array.isArray(documents)) return text
  let result = ''
  let from = 0
  for (const [index, document] of (documents as Document.Parsed[]).entries()) {
    const to = document.range[2]
    const own = wanted.filter(({ repair }) => repair.document === index)
    const changed = own.length > 0 && document.errors.length === 0 && setAll(document, own)
    result += changed ? rewritten(text.slice(from, to), document) : text.slice(from, to)
    from = to
  }
  return result + text.slice(from)
}

function setAll(document: Document.Parsed, wanted: readonly Wanted<ObjectRepair>[]): boolean {
  let changed = false
  for (const { repair } of wanted) {
    try {
      document.setIn(repair.path, repair.value)
      changed = true
    } catch {
      // The path leads through a value that is no mapping: the finding stays, and a person sees to it.
    }
  }
  return changed
}

/** The marks that part documents stay where they are. */
function rewritten(before: string, document: Document.Parsed): string {
  const text = document.toString({
    lineWidth: 0,
    // As the file itself has it, so that the patch shows little else than what is meant.
    flowCollectionPadding: !/[{[][^\s{}[\]]/.test(before),
    indentSeq: !/^([^\S\n]*)\w[^\n]*:\n\1- /m.test(before),
  })
  const mark = /^(?:[^\S\n]*(?:#[^\n]*)?\n)*---[^\n]*\n/.exec(before)?.[0]
  return mark !== undefined && !/^(?:#[^\n]*\n|\n)*---/.test(text) ? mark.replace(/^[\s\S]*?(?=---)/, '') + text : text
}
