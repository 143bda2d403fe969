import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { errorText } from '../../kernel/errors.ts'
import type { MerkleTree } from '../../kernel/merkle.ts'
import { type Checkpoint, isSignedBy } from './checkpoint.ts'
import type { Findings } from './finding.ts'
import { rootText, type TreeWalk } from './walk.ts'
import { checkpointsIn } from './witness.ts'

/** Checkpoints from elsewhere, to be held against the tree while it grows. */
export interface ExternalCheckpoints {
  readonly sizes: ReadonlySet<number>
  readonly onSize: (tree: MerkleTree) => void
  /** Roots of the tree at these sizes, as far as it was seen; an earlier walk may have put some there. */
  readonly roots: Map<number, string>
  /** After the walk; `undefined` is a log that is not there. The newest checkpoint if all of them agree with the log. */
  check(walk: TreeWalk | undefined, publicKey: KeyObject | undefined, findings: Findings): Checkpoint | undefined
}

/** Reads the file; without one, or without a checkpoint in it, nothing can be said about a roll-back. */
export async function readExternal(path: string | undefined, findings: Findings): Promise<ExternalCheckpoints> {
  const checkpoints = path === undefined ? [] : await readCheckpoints(path, findings)
  const roots = new Map<number, string>()
  return {
    sizes: new Set(checkpoints.map((checkpoint) => checkpoint.size)),
    roots,
    onSize: (tree) => roots.set(tree.size, rootText(tree)),
    check: (walk, publicKey, findings) => {
      const newest = checkpoints.at(-1)
      if (newest !== undefined) return checkAll(checkpoints, newest, { walk, publicKey, roots, findings })
      if (walk !== undefined) {
        const text = 'Without a checkpoint from elsewhere nobody can see whether the whole folder was set back'
        findings.add('rollback.unseen', 'the folder', `${text} to an earlier state, or replaced.`)
      }
      return undefined
    },
  }
}

async function readCheckpoints(path: string, findings: Findings): Promise<Checkpoint[]> {
  try {
    const { checkpoints, otherLines } = checkpointsIn(await readFile(path, 'utf8'))
    const text = `${otherLines} lines are not checkpoints.`
    if (checkpoints.length === 0) findings.add('external.unreadable', path, 'There is no checkpoint in this file.')
    else if (otherLines > 0) findings.add('external.line-unreadable', path, text)
    return checkpoints.sort((a, b) => a.sequence - b.sequence)
  } catch (error) {
    findings.add('external.unreadable', path, errorText(error))
    return []
  }
}

interface Seen {
  readonly walk: TreeWalk | undefined
  readonly publicKey: KeyObject | undefined
  readonly roots: ReadonlyMap<number, string>
  readonly findings: Findings
}

function checkAll(checkpoints: readonly Checkpoint[], newest: Checkpoint, seen: Seen): Checkpoint | undefined {
  const agreed = checkpoints.filter((checkpoint) => agrees(checkpoint, seen)).length
  if (seen.publicKey !== undefined && !isSignedBy(newest, seen.publicKey)) {
    seen.findings.add('key.mismatch', 'the checkpoint from elsewhere', 'It was signed with another key than this log.')
    return undefined
  }
  return agreed === checkpoints.length ? newest : undefined
}

function agrees(checkpoint: Checkpoint, { walk, roots, findings }: Seen): boolean {
  const where = `the checkpoint from elsewhere, ${checkpoint.time}`
  const { size } = checkpoint
  const last = walk?.last
  if (walk === undefined || last === undefined || walk.tree.size < size) {
    findings.add('rollback.found', where, `It covers ${size} entries, here are ${walk?.tree.size ?? 0}: set back.`)
    return false
  }
  if (checkpoint.origin !== last.origin) {
    findings.add('checkpoint.other-log', where, 'It is of another log than this one.')
    return false
  }
  const root = roots.get(size)
  if (root !== checkpoint.root) {
    const why = root === undefined ? 'The log is damaged there' : 'The log has another root there'
    findings.add('external.inconsistent', where, `It covers ${size} entries. ${why}.`)
    return false
  }
  if (last.size >= size) return true
  findings.add('checkpoint.missing', where, `It covers ${size} entries; the log's own checkpoints end at ${last.size}.`)
  return false
}
