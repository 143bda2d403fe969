import type { KeyObject } from 'node:crypto'
import { appendLeaf, emptyTree, leafHash, type MerkleTree, treeRoot } from '../../kernel/merkle.ts'
import { type Checkpoint, type CheckpointFault, checkpointFault, isSignedBy } from './checkpoint.ts'
import type { StoredEntry } from './entry.ts'
import { clockAccepted, clockMoved, subjectErased } from './events.ts'
import type { SegmentFile } from './files.ts'
import type { FindingCode, Findings } from './finding.ts'
import { headerTree, type PlacedLine, type SegmentHeader, segmentLines } from './segment.ts'

/** What the walk needs to know from elsewhere. */
export interface WalkOptions {
  readonly findings: Findings
  /** Without it no signature is checked. */
  readonly publicKey: KeyObject | undefined
  /** Told of the tree after every entry whose size is in `sizes`, as long as the tree can be relied on. */
  readonly sizes: ReadonlySet<number>
  readonly onSize: (tree: MerkleTree) => void
  /** Where an earlier walk stood; from the beginning when left out. */
  readonly from?: WalkState | undefined
}

/** Where a walk stands between two segments. */
export interface WalkState {
  readonly tree: MerkleTree
  readonly last: Checkpoint | undefined
  readonly lastWhere: string
  readonly lastTime: string
  readonly erased: ReadonlySet<string>
  readonly clockMoves: readonly ClockMove[]
  readonly acceptedMoves: ReadonlySet<number>
}

interface ClockMove {
  readonly index: number
  readonly where: string
  readonly seconds: number
  readonly text: string
}

/**
 * A signature costs 0.2 ms, and each vouches for all before it through `previous`. The last is always checked; others
 * only narrow down where a forgery begins.
 */
const signatureEvery = 256

const faultCodes = {
  'other-log': 'checkpoint.other-log',
  missing: 'checkpoint.missing',
  rewritten: 'checkpoint.rewritten',
  time: 'time.out-of-order',
  size: 'entry.missing',
  root: 'entry.rewritten',
} as const satisfies Record<CheckpointFault, FindingCode>

/** Goes through a log line by line, builds its tree again and holds it against every checkpoint. */
export class TreeWalk {
  readonly #options: WalkOptions
  tree: MerkleTree
  last: Checkpoint | undefined
  /** Opaque ids of the people that the log says were erased. */
  readonly erased: Set<string>
  lastTime: string
  readonly #clockMoves: ClockMove[]
  readonly #acceptedMoves: Set<number>
  /** Where the last checkpoint was found. */
  #lastWhere: string
  /** The tree can't be relied on any more: something was found that shows in every root after it. */
  #lost = false

  constructor(options: WalkOptions) {
    this.#options = options
    const { from } = options
    this.tree = from?.tree ?? emptyTree
    this.last = from?.last
    this.erased = new Set(from?.erased)
    this.lastTime = from?.lastTime ?? ''
    this.#clockMoves = [...(from?.clockMoves ?? [])]
    this.#acceptedMoves = new Set(from?.acceptedMoves)
    this.#lastWhere = from?.lastWhere ?? ''
    this.#observeSize()
  }

  /** What another walk needs to go on from here. To be asked between two segments. */
  state(): WalkState {
    return {
      tree: this.tree,
      last: this.last,
      lastWhere: this.#lastWhere,
      lastTime: this.lastTime,
      erased: new Set(this.erased),
      clockMoves: [...this.#clockMoves],
      acceptedMoves: new Set(this.#acceptedMoves),
    }
  }

  segment(file: SegmentFile, content: Buffer, isLast: boolean): void {
    if (file.first !== this.tree.size) {
      this.#find('segment.missing', file.name, `It begins with entry ${file.first}; ${this.tree.size} was expected.`)
      this.#lost = true
    }
    const lines = [...segmentLines(content)]
    const covered = lines.findLastIndex(({ line }) => line.kind === 'checkpoint' || line.kind === 'header')
    for (const placed of lines.slice(0, covered + 1)) this.#line(file, placed)
    const rest = lines.slice(covered + 1)
    if (rest.length > 0) this.#uncovered(file.name, rest, isLast)
  }

  /** To be called after the last segment. */
  end(): void {
    if (this.last !== undefined) this.#checkSignature(this.last, this.#lastWhere)
    this.#reportClock()
  }

  #line(file: SegmentFile, { number, line }: PlacedLine): void {
    const where = `${file.name}:${number}`
    if ((number === 1) !== (line.kind === 'header')) {
      this.#find('segment.damaged', where, 'A segment has one header, in its first line.')
    }
    if (line.kind === 'header') this.#header(where, line.header, file.first)
    else if (line.kind === 'entry') this.#entry(where, line.entry, line.bytes)
    else if (line.kind === 'checkpoint') this.#checkpoint(where, line.checkpoint)
    else {
      this.#lost = true
      this.#find('line.unreadable', where, 'The line is not one that the log writes.')
    }
  }

  #header(where: string, header: SegmentHeader, first: number): void {
    const { checkpoint } = header
    const tree = headerTree(header)
    const signed = this.#checkSignature(checkpoint, where)
    const expected = this.last ?? checkpoint
    const repeats = this.#lost || checkpoint.signature === expected.signature
    if (tree?.size !== first || !repeats) {
      this.#find('segment.damaged', where, 'The header does not repeat the last checkpoint and its tree.')
    }
    this.last ??= checkpoint
    if (this.#lastWhere === '') this.#lastWhere = where
    // What is in front is broken, but the header is signed: from here on the tree is known again.
    if (this.#lost && tree !== undefined && signed) {
      this.tree = tree
      this.last = checkpoint
      this.#lost = false
    }
  }

  #entry(where: string, entry: StoredEntry, bytes: Buffer): void {
    if (entry.index !== this.tree.size && !this.#lost) {
      this.#find('entry.missing', where, `Entry ${entry.index} stands where ${this.tree.size} was expected.`)
      this.#lost = true
    }
    if (entry.time < this.lastTime) {
      this.#find('time.out-of-order', where, `Entry ${entry.index} is of ${entry.time}, before the one in front of it.`)
    }
    this.lastTime = entry.time
    this.tree = appendLeaf(this.tree, leafHash(bytes))
    this.#observeSize()
    this.#observeEvent(where, entry)
  }

  #observeSize(): void {
    if (!this.#lost && this.#options.sizes.has(this.tree.size)) this.#options.onSize(this.tree)
  }

  #observeEvent(where: string, { event, target, data, index }: StoredEntry): void {
    if (event === subjectErased && target !== undefined) this.erased.add(target)
    if (event === clockAccepted) this.#acceptedMoves.add(Number(data?.index))
    if (event !== clockMoved) return
    const seconds = Number(data?.seconds)
    const text = `Entry ${index} says that the clock was moved by ${seconds} s, to ${data?.shown}.`
    this.#clockMoves.push({ index, where, seconds, text })
  }

  #reportClock(): void {
    for (const { index, where, seconds, text } of this.#clockMoves) {
      const moved = seconds < 0 ? 'clock.moved-back' : 'clock.moved-forward'
      this.#find(this.#acceptedMoves.has(index) ? 'clock.accepted' : moved, where, text)
    }
  }

  #checkpoint(where: string, checkpoint: Checkpoint): void {
    const before = this.last
    this.last = checkpoint
    this.#lastWhere = where
    if (checkpoint.time < this.lastTime) {
      this.#find('time.out-of-order', where, `The checkpoint is of ${checkpoint.time}, before the last entry.`)
    }
    if (checkpoint.sequence % signatureEvery === 0) this.#checkSignature(checkpoint, where)
    const fault = before === undefined ? undefined : checkpointFault(checkpoint, before, this.tree)
    if (fault === undefined || (this.#lost && (fault === 'size' || fault === 'root'))) return
    this.#fault(where, checkpoint, before?.size ?? 0, fault)
  }

  #fault(where: string, checkpoint: Checkpoint, from: number, fault: CheckpointFault): void {
    const { sequence, size } = checkpoint
    if (fault === 'size' || fault === 'root') this.#lost = true
    // A root that nobody signed says nothing about the entries.
    if (fault === 'root' && !this.#checkSignature(checkpoint, where)) return
    const text: Record<CheckpointFault, string> = {
      'other-log': 'is of another log',
      missing: 'does not follow the one before it',
      rewritten: 'names another checkpoint before it than the one that is there',
      time: 'is older than the one before it',
      size: `covers ${size} entries, and ${this.tree.size} are here`,
      root: `covers entries ${from} to ${size - 1}, and at least one of them is not what was signed`,
    }
    this.#find(faultCodes[fault], where, `Checkpoint ${sequence} ${text[fault]}.`)
  }

  #uncovered(file: string, rest: readonly PlacedLine[], isLast: boolean): void {
    const where = `${file}:${rest[0]?.number}`
    const text = `${rest.length} lines have no checkpoint behind them`
    if (isLast) {
      this.#find('tail.unacknowledged', where, `${text}: being written, or left by a crash. The next start drops them.`)
    } else {
      this.#lost = true
      this.#find('entry.unsigned', where, `${text}, though the log goes on.`)
    }
  }

  #checkSignature(checkpoint: Checkpoint, where: string): boolean {
    const { publicKey } = this.#options
    if (publicKey === undefined || isSignedBy(checkpoint, publicKey)) return true
    this.#find('checkpoint.signature', where, `Checkpoint ${checkpoint.sequence} is not signed with the log's key.`)
    return false
  }

  #find(code: FindingCode, where: string, message: string): void {
    this.#options.findings.add(code, where, message)
  }
}

/** The root as checkpoints write it. */
export function rootText(tree: MerkleTree): string {
  return treeRoot(tree).toString('base64')
}
