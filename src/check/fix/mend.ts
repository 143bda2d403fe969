/** `--fix`: writes what mends an installation beside it, and looks whether it does. No original is touched. */
import { errorText } from '../../kernel/errors.ts'
import { Disk } from '../disk.ts'
import { judge } from '../judge.ts'
import { readStack } from '../read-stack.ts'
import { findComposeFiles } from '../readers/compose/discover.ts'
import type { Finding } from '../rules/rule.ts'
import type { Mending } from '../run.ts'
import type { Stack } from '../stack.ts'
import { wholeFile } from '../text/place.ts'
import { type Changes, changesOf } from './changes.ts'
import type { FixReport } from './report.ts'
import { validityOf } from './validity.ts'
import { standingOf, writeOwn } from './write.ts'

export function mend(mending: Mending): FixReport {
  const { stack, judgement, base, problem } = mending
  const disk = new Disk(base)
  const { changes, mended, after } = tryRepairs(mending)
  const before = judgement.judged.map(({ finding }) => finding)
  const left = after.judged.map(({ finding }) => finding)
  const refused = changes.refused.map((path) => disk.shown(path))
  for (const path of refused)
    problem({ at: wholeFile(path), message: 'not written: a file that Castellan did not make has this name' })
  return {
    folder: stack.shown,
    ...writeAll(mending, changes, disk),
    refused,
    mended: goneFrom(before, left),
    left,
    validity: validityOf(stack, mended),
    steps: changes.made.map(({ step }) => step),
  }
}

/** What would be if all repairs were in use; nothing is written. */
export function tryRepairs(mending: Omit<Mending, 'problem'>) {
  const { stack, target, judgement, base } = mending
  const files =
    stack.compose === undefined ? [] : (target.composeFiles ?? findComposeFiles(new Disk(base), stack.folder))
  const changes = changesOf(stack, judgement.judged, base, files)
  const disk = new Disk(base, changes.over)
  const mended = readMended(mending, files, changes, disk)
  const after = judge(mended, mending.rules, disk, mending.guide)
  return { changes, mended, after, problems: disk.problems }
}

/** The installation as it will be, read once more from the start with the new texts in place of the old ones. */
function readMended(
  { stack, target, reading }: Omit<Mending, 'problem'>,
  files: readonly string[],
  { made, over }: Changes,
  disk: Disk,
): Stack {
  const override = made.filter(({ kind }) => kind === 'override').map(({ path }) => path)
  const composeFiles = files.length === 0 ? undefined : [...files, ...override]
  const { note: _told, ...quiet } = reading
  // Its history is read once, unless what git leaves out is about to change.
  const repository = [...over.keys()].some((path) => path.endsWith('.gitignore')) ? undefined : stack.repository
  return readStack(disk, target.folder, { ...quiet, composeFiles, repository })
}

function writeAll({ problem }: Mending, { made }: Changes, disk: Disk): Pick<FixReport, 'written' | 'replaced'> {
  const written: string[] = []
  const replaced: string[] = []
  for (const { path, text } of made) {
    const shown = disk.shown(path)
    try {
      if (standingOf(path) === 'ours') replaced.push(shown)
      writeOwn(path, text)
      written.push(shown)
    } catch (error) {
      problem({ at: wholeFile(shown), message: `it can't be written: ${errorText(error)}` })
    }
  }
  return { written, replaced }
}

/** Lines move, so a finding is known by its rule, service and observation, or else by rule and service. */
export function goneFrom(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const exact = (one: Finding) => JSON.stringify([one.rule, one.service, one.observed])
  const loose = (one: Finding) => JSON.stringify([one.rule, one.service])
  const [unmatched, rest] = without(before, after, exact)
  return without(unmatched, rest, loose)[0]
}

/** Takes out what is in both; what is left of each. */
function without(
  before: readonly Finding[],
  after: readonly Finding[],
  keyOf: (one: Finding) => string,
): readonly [readonly Finding[], readonly Finding[]] {
  const counts = new Map<string, number>()
  for (const one of after) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  const gone = before.filter((one) => {
    const count = counts.get(keyOf(one)) ?? 0
    counts.set(keyOf(one), count - 1)
    return count <= 0
  })
  const rest = after.filter((one) => {
    const count = counts.get(keyOf(one)) ?? 0
    counts.set(keyOf(one), count - 1)
    return count > 0
  })
  return [gone, rest]
}
