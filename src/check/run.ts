import { CastellanError } from '../kernel/errors.ts'
import { Disk, type Problem } from './disk.ts'
import type { FixReport } from './fix/report.ts'
import type { Guide } from './guide/guide.ts'
import { loadGuide } from './guide/load.ts'
import { claimStatuses } from './guide/status.ts'
import { compareFindings, type Judgement, judge } from './judge.ts'
import { type LiveFacts, type LiveQuestions, readLive } from './live/read.ts'
import { manifestStack, type ReadOptions, readStack } from './read-stack.ts'
import { repositoryRoot } from './readers/files-below.ts'
import { readKubernetes, readKubernetesText } from './readers/kubernetes/read.ts'
import { type CheckedStack, type CheckResult, type GuideResult, summarise } from './result.ts'
import type { Finding, Rule, Severity } from './rules/rule.ts'
import { coverAddresses, createSecretGuard } from './secret-guard.ts'
import type { Stack } from './stack.ts'
import { findTargets, type Target } from './targets.ts'
import { wholeFile } from './text/place.ts'

export interface CheckOptions {
  /** Files and folders, as they were given. */
  readonly paths: readonly string[]
  /** Folder that shown names are relative to; absolute. */
  readonly base: string
  /** Name of a profile, or `auto`. */
  readonly profile: string
  /** Whose claims are judged; undefined: findings name those of their profile's guide, and no claim is judged. */
  readonly guide: string | undefined
  /** Manifests beside the paths: files or folders, or the text that came through standard input. */
  readonly kubernetes: Manifests | undefined
  readonly live: LiveQuestions
  readonly minSeverity: Severity
  /** Milliseconds of the epoch. */
  readonly now: number
  readonly rules: readonly Rule[]
  /** Told before each installation: how many are done, and of how many. */
  readonly progress?: (done: number, all: number) => void
  /** Mends what was judged; for `--fix`. */
  readonly mend?: (mending: Mending) => FixReport
}

export type Manifests = { readonly paths: readonly string[] } | { readonly text: string }

/** What the mender is given: enough to write the files, and to check once more with them in place. */
export interface Mending {
  readonly stack: Stack
  readonly target: Target
  readonly judgement: Judgement
  readonly reading: ReadOptions
  readonly guide: Guide | undefined
  readonly rules: readonly Rule[]
  readonly base: string
  /** For what can't be written. */
  readonly problem: (problem: Problem) => void
}

/**
 * Reads, judges and forgets one installation after the other: time is linear in their number, and memory holds the
 * findings and one installation.
 *
 * @throws CastellanError `check.unknown-name` for a profile or guide that there is not
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const run: Run = {
    options,
    lending: lender(options.base),
    tally: emptyTally(),
    guide: options.guide === undefined ? undefined : loadGuide(options.guide),
  }
  const finder = new Disk(options.base)
  const targets = findTargets(finder, options.paths)
  keep(run, { disk: finder, problems: 0, files: 0 })
  const live = await readLive(options.live, targets, options)
  run.tally.problems.push(...live.problems)
  run.tally.notes.push(...live.notes)
  targets.forEach((target, index) => {
    options.progress?.(index, targets.length)
    checkTarget(run, target, live)
  })
  options.progress?.(targets.length, targets.length)
  if (options.kubernetes !== undefined) checkManifests(run, options.kubernetes)
  return resultOf(run)
}

interface Run {
  readonly options: CheckOptions
  /** The one of `--guide`. */
  readonly guide: Guide | undefined
  readonly tally: Tally
  readonly lending: (folder: string) => Lent
}

/** A disk and how much it had seen before. */
interface Lent {
  readonly disk: Disk
  readonly problems: number
  readonly files: number
}

/** Installations of one repository, which come one after the other, share a disk: what it knows of git is read once. */
function lender(base: string): (folder: string) => Lent {
  let disk = new Disk(base)
  let root: string | undefined
  return (folder) => {
    const next = repositoryRoot(disk, folder)
    if (next === undefined || next !== root) disk = new Disk(base)
    root = next
    disk.forget()
    return { disk, problems: disk.problems.length, files: disk.files.length }
  }
}

interface Tally {
  readonly findings: Finding[]
  /** Of installations whose profile has the guide that was asked for. */
  readonly own: { readonly findings: Finding[]; readonly looked: Set<string>; stacks: number }
  readonly looked: Set<string>
  readonly stacks: CheckedStack[]
  readonly files: Set<string>
  readonly problems: Problem[]
  readonly notes: string[]
  readonly fixes: FixReport[]
}

function emptyTally(): Tally {
  const own = { findings: [], looked: new Set<string>(), stacks: 0 }
  const lists = { findings: [], stacks: [], problems: [], notes: [], fixes: [] }
  return { ...lists, own, looked: new Set(), files: new Set() }
}

/** What no reader foresaw ends the check of this installation alone. The error's own words may hold a part of a file. */
function checkTarget(run: Run, target: Target, live: LiveFacts): void {
  const lent = run.lending(target.folder)
  try {
    checkWith(run, target, live, lent)
  } catch (error) {
    if (error instanceof CastellanError) throw error
    const name = error instanceof Error ? error.name : 'error'
    lent.disk.problem(wholeFile(lent.disk.shown(target.folder)), `not checked to the end: an inner fault (${name})`)
    keep(run, lent)
  }
}

function checkWith(run: Run, target: Target, live: LiveFacts, lent: Lent): void {
  const { options, tally } = run
  const { disk } = lent
  const note = (text: string) => void tally.notes.push(text)
  const { composeFiles } = target
  const reading: ReadOptions = { profile: options.profile, now: options.now, composeFiles, note, ...live.facts }
  const stack = readStack(disk, target.folder, reading)
  const guide = guideFor(run, stack)
  const judgement = judge(stack, options.rules, disk, guide)
  keepJudgement(run, stack, judgement)
  keep(run, lent, stack)
  if (options.mend === undefined) return
  const problem = (one: Problem) => void tally.problems.push(one)
  const { rules, base } = options
  tally.fixes.push(options.mend({ stack, target, judgement, reading, guide, rules, base, problem }))
}

function checkManifests(run: Run, manifests: Manifests): void {
  const { options } = run
  const disk = new Disk(options.base)
  const read = () =>
    'text' in manifests
      ? readKubernetesText(disk, 'standard input', manifests.text)
      : readKubernetes(disk, manifests.paths)
  const objects = read()
  const shown = 'text' in manifests ? 'standard input' : manifests.paths.map((path) => disk.shown(path)).join(', ')
  const stack = manifestStack(options.base, shown, objects, { profile: options.profile, now: options.now })
  keepJudgement(run, stack, judge(stack, options.rules, disk, guideFor(run, stack)))
  keep(run, { disk, problems: 0, files: 0 }, stack)
}

/** The claims that findings name: of the guide that was asked for, else of the application that was recognised. */
function guideFor(run: Run, { profile }: Stack): Guide | undefined {
  return run.guide ?? (profile.guide === undefined ? undefined : loadGuide(profile.guide))
}

function keepJudgement({ guide, tally }: Run, stack: Stack, { judged, looked }: Judgement): void {
  const own = guide !== undefined && stack.profile.guide === guide.name
  for (const { finding } of judged) {
    tally.findings.push(finding)
    if (own) tally.own.findings.push(finding)
  }
  for (const rule of looked) {
    tally.looked.add(rule)
    if (own) tally.own.looked.add(rule)
  }
  if (own) tally.own.stacks += 1
  tally.stacks.push({ folder: stack.shown, profile: stack.profile.name, findings: judged.length })
}

/** What a disk has seen since it was lent, with the secrets of the installation covered. */
function keep({ tally }: Run, { disk, problems, files }: Lent, stack?: Stack): void {
  for (const file of disk.files.slice(files)) tally.files.add(file)
  const news = disk.problems.slice(problems)
  if (news.length === 0) return
  const cover = stack === undefined ? coverAddresses : createSecretGuard(stack)
  for (const { at, message } of news) tally.problems.push({ at, message: cover(message) })
}

function resultOf({ options, guide, tally }: Run): CheckResult {
  const findings = distinct(tally.findings)
  if (tally.files.size === 0 && tally.problems.length === 0 && tally.findings.length === 0)
    tally.problems.push({ at: wholeFile(options.paths.join(', ')), message: NOTHING })
  const problems = unique(tally.problems)
  return {
    findings,
    stacks: tally.stacks,
    files: [...tally.files].sort(),
    problems,
    notes: [...new Set(tally.notes)],
    guide: guide === undefined ? undefined : guideResult(guide, tally),
    summary: summarise(findings, options.minSeverity, { stacks: tally.stacks.length, problems: problems.length }),
    fixes: tally.fixes,
  }
}

const NOTHING = 'nothing was found that could be checked: no Compose file, manifest, Dockerfile or proxy configuration'

/** Where installations of that application are among the others, they alone are held against its guide. */
function guideResult(guide: Guide, { own, findings, looked }: Tally): GuideResult {
  const base = own.stacks > 0 ? own : { findings, looked }
  const statuses = claimStatuses(guide, distinct(base.findings), (rule) => base.looked.has(rule))
  const counts = { met: 0, unmet: 0, undecided: 0 }
  const claims = statuses.map((status, index) => {
    counts[status.status] += 1
    const { asks, section } = guide.claims[index]!
    return { ...status, asks, section }
  })
  return { name: guide.name, title: guide.title, claims, counts, looked: [...base.looked].sort() }
}

/** In their order, each once: a file can belong to two installations. */
function distinct(findings: Finding[]): readonly Finding[] {
  findings.sort(compareFindings)
  return findings.filter((one, index) => index === 0 || compareFindings(findings[index - 1]!, one) !== 0)
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(problems.map((one) => [`${one.at.file}:${one.at.line}:${one.at.column}:${one.message}`, one]))
  return [...byText.values()]
}
