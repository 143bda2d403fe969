import { Buffer } from 'node:buffer'
import { errorText } from '../kernel/errors.ts'
import type { Disk } from './disk.ts'
import type { Guide } from './guide/guide.ts'
import { claimsAgainst } from './guide/status.ts'
import type { Finding, Observation, Rule } from './rules/rule.ts'
import { createSecretGuard } from './secret-guard.ts'
import type { Stack } from './stack.ts'
import { wholeFile } from './text/place.ts'

/** A finding and what it was made from. */
export interface Judged {
  readonly finding: Finding
  readonly observation: Observation
}

export interface Judgement {
  /** In their order: path, line, rule. */
  readonly judged: readonly Judged[]
  /** Ids of the rules that had something to look at. */
  readonly looked: ReadonlySet<string>
}

/** Puts every rule to one stack. A rule that fails is a problem of the disk, and the others go on. */
export function judge(stack: Stack, rules: readonly Rule[], disk: Disk, guide: Guide | undefined): Judgement {
  const cover = createSecretGuard(stack)
  const looked = new Set<string>()
  const judged: Judged[] = []
  for (const rule of rules) {
    const claims = guide === undefined ? undefined : claimsOf(guide, rule.id)
    const report = (observation: Observation) => {
      judged.push({ observation, finding: findingOf(rule, observation, cover, claims) })
    }
    try {
      if ((rule.ofAbsence === true && stack.envIncomplete) || !rule.applies(stack)) continue
      looked.add(rule.id)
      rule.check(stack, report)
    } catch (error) {
      looked.delete(rule.id)
      disk.problem(wholeFile(stack.shown), cover(`the rule ${rule.id} failed on it: ${errorText(error)}`))
    }
  }
  return { judged: judged.sort((a, b) => compareFindings(a.finding, b.finding)), looked }
}

/** A guide has a hundred claims and a rule bears on few of them: the guide with those alone. */
function claimsOf(guide: Guide, rule: string): Guide | undefined {
  return byRule(guide).get(rule)
}

const indexes = new WeakMap<Guide, ReadonlyMap<string, Guide>>()

function byRule(guide: Guide): ReadonlyMap<string, Guide> {
  const known = indexes.get(guide)
  if (known !== undefined) return known
  const ids = new Set(guide.claims.flatMap(({ rules }) => rules))
  const index = new Map(
    [...ids].map((id) => [id, { ...guide, claims: guide.claims.filter(({ rules }) => rules.includes(id)) }]),
  )
  indexes.set(guide, index)
  return index
}

function findingOf(
  rule: Rule,
  observation: Observation,
  cover: (text: string) => string,
  guide: Guide | undefined,
): Finding {
  const { at, service } = observation
  const finding = {
    rule: rule.id,
    severity: observation.severity ?? rule.severity,
    title: observation.title === undefined ? rule.title : detached(cover(observation.title)),
    why: rule.why,
    file: at.file,
    line: at.line,
    column: at.column,
    service: service === undefined ? null : detached(cover(service)),
    observed: detached(cover(observation.observed)),
    expected: detached(cover(observation.expected)),
    fix: rule.fix,
    claims: NO_CLAIMS,
  }
  const claims = guide === undefined ? NO_CLAIMS : claimsAgainst(guide, finding)
  return claims.length === 0 ? finding : { ...finding, claims }
}

const NO_CLAIMS: readonly string[] = []

/**
 * A text of its own, the same for equal ones: one that was cut out of a file would keep the whole file in memory for as
 * long as the finding, and most findings say what others say.
 */
function detached(text: string): string {
  const known = texts.get(text)
  if (known !== undefined) return known
  const own = Buffer.from(text).toString()
  if (texts.size >= MOST_TEXTS) texts.clear()
  texts.set(own, own)
  return own
}

const texts = new Map<string, string>()
const MOST_TEXTS = 5_000

/** Path, line, rule, and then whatever tells two findings apart, so that every run has the same order. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compare(a.file, b.file) ||
    a.line - b.line ||
    compare(a.rule, b.rule) ||
    a.column - b.column ||
    compare(a.service ?? '', b.service ?? '') ||
    compare(a.observed, b.observed)
  )
}

/** By code units: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
