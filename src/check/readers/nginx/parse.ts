import type { Disk, TextFile } from '../../disk.ts'
import type { Located, Place } from '../../text/place.ts'
import { createLocator } from '../../text/place.ts'
import type { Directive } from '../directive.ts'
import { ownLines } from '../directive.ts'
import { ScanError, scan, skipLua, type Token } from './scan.ts'

/** Deeper is no configuration but an attack on whoever walks the tree. nginx files in use reach about seven. */
const MAX_DEPTH = 50

/**
 * The directives of one file, includes not followed. What is wrong becomes a problem; everything before it is kept.
 * Own text, as the parsers on npm (nginx-conf and the like) don't tell line and column of a directive.
 */
export function parseNginx(disk: Disk, file: TextFile): readonly Directive[] {
  const parser = new Parser(file)
  try {
    parser.run()
  } catch (error) {
    if (!(error instanceof ScanError)) throw error
    parser.problems.push(error)
  }
  for (const { offset, message } of parser.problems) disk.problem(parser.place(offset), message)
  return parser.root
}

interface Open {
  readonly block: Directive[]
  readonly from: number
}

/** Holds the text and how far it was read; blocks are kept in a list, not on the call stack. */
class Parser {
  readonly root: Directive[] = []
  readonly problems: ScanError[] = []
  readonly place: (offset: number) => Place
  private readonly file: TextFile
  private readonly open: Open[] = []
  private words: Token[] = []
  private position = 0

  constructor(file: TextFile) {
    this.file = file
    this.place = createLocator(file.shown, file.text)
  }

  run(): void {
    for (;;) {
      const token = scan(this.file.text, this.position)
      if (token === undefined) break
      this.position = token.to
      if (token.kind === 'word') this.words.push(token)
      else if (token.kind === 'end') this.simple(token)
      else if (token.kind === 'open') this.begin(token)
      else this.close(token)
    }
    this.unfinished('the file ends here')
    const last = this.open.at(-1)
    if (last !== undefined) throw new ScanError(last.from, 'the { of this block is never closed')
  }

  private simple(token: Token): void {
    if (this.words.length > 0) this.add(token.to, undefined)
    this.words = []
  }

  private begin(token: Token): void {
    if (this.words.length === 0) throw new ScanError(token.from, 'a { without a directive before it')
    if (this.open.length >= MAX_DEPTH) throw new ScanError(token.from, `more than ${MAX_DEPTH} blocks in each other`)
    const name = this.words[0]!
    if (name.value.endsWith('_by_lua_block')) {
      this.position = skipLua(this.file.text, token.to)
      this.add(this.position, undefined)
    } else {
      const block: Directive[] = []
      this.add(token.to, block)
      this.open.push({ block, from: name.from })
    }
    this.words = []
  }

  private close(token: Token): void {
    this.unfinished('a } comes')
    if (this.open.pop() === undefined) throw new ScanError(token.from, 'a } without a { before it')
  }

  private unfinished(where: string): void {
    const first = this.words[0]
    if (first === undefined) return
    this.problems.push(new ScanError(first.from, `${where} before the ; that ends this directive`))
    this.add(this.words.at(-1)!.to, undefined)
    this.words = []
  }

  private add(to: number, block: Directive[] | undefined): void {
    const [name, ...rest] = this.words
    const target = this.open.at(-1)?.block ?? this.root
    const args = rest.map(({ value, from }): Located<string> => ({ value, at: this.place(from) }))
    const lines = ownLines(this.file.text, name!.from, to, (offset) => this.place(offset).line)
    target.push({ name: name!.value, args, block, at: this.place(name!.from), path: this.file.path, lines })
  }
}
