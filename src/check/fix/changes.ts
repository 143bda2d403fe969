/** What the repairs of one installation make of its files, without writing anything. */
import { dirname, join, relative } from 'node:path'
import { Disk, type Overlay } from '../disk.ts'
import type { Judged } from '../judge.ts'
import type { Stack } from '../stack.ts'
import { envCopy, type NewSecrets } from './env-copy.ts'
import { overrideText } from './override.ts'
import { type ChangedFile, patchText } from './patch.ts'
import { withLines, withValues } from './patched.ts'
import { repairsOf } from './repairs.ts'
import { shellWord } from './shell-word.ts'
import { HEADER, standingOf } from './write.ts'

export const OVERRIDE_NAME = 'compose.castellan.yaml'
export const PATCH_NAME = 'castellan.patch'
const HOST_PATCH_NAME = 'castellan-host.patch'

/** A file to be written. */
export interface Made {
  readonly kind: 'override' | 'env' | 'patch'
  /** Absolute. */
  readonly path: string
  readonly text: string
  /** What to do to use it. */
  readonly step: string
}

export interface Changes {
  readonly made: readonly Made[]
  /** Absolute paths of names that somebody else's file has. */
  readonly refused: readonly string[]
  /** How the installation's own files would read with all of it in use. */
  readonly over: ReadonlyMap<string, Overlay>
}

interface Draft extends Made {
  readonly over: readonly (readonly [string, Overlay])[]
}

/** `composeFiles`: absolute paths of the files that Compose merges now. */
export function changesOf(
  stack: Stack,
  judged: readonly Judged[],
  base: string,
  composeFiles: readonly string[],
): Changes {
  const disk = new Disk(base)
  const drafts = [
    ...envDrafts(stack, judged, disk),
    ...overrideDraft(stack, judged, base, composeFiles),
    ...patchDrafts(stack, judged, disk),
  ]
  const free = drafts.filter(({ path }) => standingOf(path) !== 'foreign')
  return {
    made: free.map(({ kind, path, text, step }) => ({ kind, path, text, step })),
    refused: drafts.filter((draft) => !free.includes(draft)).map(({ path }) => path),
    over: new Map(free.flatMap(({ over }) => over)),
  }
}

function envDrafts(stack: Stack, judged: readonly Judged[], disk: Disk): Draft[] {
  const secrets: NewSecrets = new Map()
  const wanted = repairsOf(judged, 'env')
  const paths = [...new Set(wanted.map(({ repair }) => repair.file))]
  return paths.flatMap((path): Draft[] => {
    const file = stack.env.find((one) => one.path === path)
    const text = disk.readIfThere(path)?.text
    if (file === undefined || text === undefined) return []
    const own = wanted.filter(({ repair }) => repair.file === path)
    const body = envCopy(file, text, own, secrets).replace(`# ${HEADER}\n`, '')
    const to = `${path}.castellan`
    const [from, copy] = [shellWord(disk.shown(path)), shellWord(disk.shown(to))]
    const step = `compare ${from} with ${copy}, then: mv ${copy} ${from} (a database keeps the password that it was made with: change it there as well)`
    const over = [[path, { text: body, mode: 0o600 }]] as const
    return [{ kind: 'env', path: to, text: `# ${HEADER}\n${body}`, step, over }]
  })
}

function overrideDraft(
  stack: Stack,
  judged: readonly Judged[],
  base: string,
  composeFiles: readonly string[],
): Draft[] {
  const wanted = repairsOf(judged, 'compose')
  if (wanted.length === 0 || stack.compose === undefined) return []
  const path = join(dirname(stack.compose.path), OVERRIDE_NAME)
  const use = `docker compose ${[...composeFiles, path].map((file) => `-f ${shellWord(relative(base, file))}`).join(' ')} up -d`
  const text = overrideText(wanted, [
    HEADER,
    `Look through it, then: ${use}`,
    'Docker Compose 2.24.4 or later is needed for !override and !reset.',
  ])
  return [{ kind: 'override', path, text, step: use, over: [[path, { text }]] }]
}

function patchDrafts(stack: Stack, judged: readonly Judged[], disk: Disk): Draft[] {
  const files = changedFiles(judged, disk)
  const inside = files.filter(({ path }) => !relative(stack.folder, path).startsWith('..'))
  const outside = files.filter((file) => !inside.includes(file))
  return [
    ...patchDraft(stack, disk, PATCH_NAME, stack.folder, inside),
    ...patchDraft(stack, disk, HOST_PATCH_NAME, '/', outside),
  ]
}

function patchDraft(stack: Stack, disk: Disk, name: string, folder: string, files: readonly ChangedFile[]): Draft[] {
  if (files.length === 0) return []
  const path = join(stack.folder, name)
  const use = `patch -p1 -d ${shellWord(disk.shown(folder))} < ${shellWord(disk.shown(path))}`
  const text = patchText(folder, files, [HEADER, `Look through it, then: ${use}`])
  const over = files.map(({ path: file, after }) => [file, { text: after }] as const)
  return [{ kind: 'patch', path, text, step: use, over }]
}

function changedFiles(judged: readonly Judged[], disk: Disk): readonly ChangedFile[] {
  const lines = repairsOf(judged, 'text')
  const values = repairsOf(judged, 'object')
  const paths = [...new Set([...lines, ...values].map(({ repair }) => repair.file))].sort()
  return paths.flatMap((path) => {
    // A file that is not there yet is made by the patch.
    const before = disk.exists(path) ? disk.read(path)?.text : ''
    if (before === undefined) return []
    const mended = withLines(
      before,
      lines.filter(({ repair }) => repair.file === path),
    )
    const after = withValues(
      mended,
      values.filter(({ repair }) => repair.file === path),
    )
    return after === before ? [] : [{ path, before, after }]
  })
}
