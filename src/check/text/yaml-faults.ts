import { type Document, isScalar, type ParsedNode, visit } from 'yaml'

/** What is wrong with a text, and where. */
export interface Fault {
  readonly offset: number
  readonly message: string
}

/** One fault often brings a row of others with it that say nothing new. */
const MAX_FAULTS = 3

/** Our own words: the library's own messages may hold a part of the text, which may be a secret. */
const MESSAGES: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias can have no anchor or tag of its own',
  BAD_ALIAS: 'an anchor or alias without a name',
  BAD_COLLECTION_TYPE: 'this tag does not fit what it stands at',
  BAD_DIRECTIVE: 'a line that starts with % but is no directive that YAML knows',
  BAD_DQ_ESCAPE: 'a backslash in double quotes that starts no known escape; double it, or use single quotes',
  BAD_INDENT: 'this is indented differently from the lines that it belongs with',
  BAD_PROP_ORDER: 'an anchor or tag must stand after the - ? or : that it belongs to',
  BAD_SCALAR_START: 'text that starts with a reserved character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key:" on the line of the first; text with ": " in it needs quotes',
  BLOCK_IN_FLOW: 'a block of lines within brackets',
  KEY_OVER_1024_CHARS: 'a key of more than 1,024 characters, so probably text that needs quotes',
  MULTILINE_IMPLICIT_KEY: 'a key that goes over more than one line; is a ":" or a quote missing?',
  MULTIPLE_ANCHORS: 'two anchors for one value',
  MULTIPLE_TAGS: 'two tags for one value',
  RESOURCE_EXHAUSTION: 'this is nested too deeply to be read',
  TAB_AS_INDENT: 'a tab where only spaces may indent',
  TAG_RESOLVE_FAILED: 'this value does not fit its tag',
  UNEXPECTED_TOKEN: 'something that YAML does not expect here',
}

/** The faults of a document, the first ones only, without any text of the file. */
export function faultsOf(document: Document.Parsed): readonly Fault[] {
  if (document.errors.length === 0) return []
  const openedAt = startsByEnd(document)
  const faults = document.errors.map(({ code, message, pos }) =>
    code === 'MISSING_CHAR'
      ? { offset: openedAt.get(pos[0]) ?? pos[0], message: `broken YAML: ${missing(message)}` }
      : {
          offset: pos[0],
          message: `broken YAML: ${isOpenBracket(message) ? OPEN : (MESSAGES[code] ?? 'this is not YAML')}`,
        },
  )
  return faults.sort((a, b) => a.offset - b.offset).slice(0, MAX_FAULTS)
}

const OPEN = 'a bracket opened before this is never closed'

/** Told as wrong indentation of the line behind it. */
function isOpenBracket(message: string): boolean {
  return message.includes('end with a')
}

function missing(message: string): string {
  if (message.startsWith('Missing closing')) return 'a quote is opened here and never closed'
  if (message.startsWith('Implicit map keys'))
    return 'a key without a ":" after it, or text that is indented too little'
  if (isOpenBracket(message)) return OPEN
  return 'a character is missing here'
}

/**
 * The library finds a missing quote at the end of the file; a person needs to know where it was opened. From the end of
 * each scalar to its start; one walk for all faults, as there can be a hundred thousand.
 */
function startsByEnd(document: Document.Parsed): ReadonlyMap<number, number> {
  const starts = new Map<number, number>()
  if (!document.errors.some(({ code }) => code === 'MISSING_CHAR')) return starts
  visit(document.contents as ParsedNode | null, (_key, node) => {
    const range = isScalar(node) ? node.range : undefined
    if (range && range[0] < range[1]) starts.set(range[1], range[0])
  })
  return starts
}

/**
 * The first place where brackets, or dashes on one line, nest deeper than `depth`, or undefined. The library calls itself
 * for every level, so this is found before it starts. Brackets within quoted text and comments count as well, but no
 * real text opens so many more than it closes.
 */
export function nestingFault(text: string, depth: number): Fault | undefined {
  const dashes = new RegExp(`^ *(?:[-?] +){${depth + 1}}`, 'm').exec(text)
  if (dashes !== null)
    return { offset: dashes.index, message: `more than ${depth} list items opened within one another` }
  let open = 0
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset)
    if (code === 0x5b || code === 0x7b) {
      open += 1
      if (open > depth)
        return { offset, message: `more than ${depth} brackets opened within one another; the file is not read` }
    } else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1
  }
  return undefined
}
