import type { Finding } from '../rules/rule.ts'
import type { Claim, Guide } from './guide.ts'

/** What a check of files can say of one claim. */
export interface ClaimStatus {
  readonly id: string
  readonly status: 'met' | 'unmet' | 'undecided'
  /** One or more sentences. */
  readonly reason: string
  readonly rules: readonly string[]
  /** Where the guide is wrong about the application, and what to do in its place. */
  readonly untrue: string | null
}

/** How many findings a reason spells out. */
const SHOWN = 3

/**
 * The state of every claim of a guide, in its order. A finding breaks a claim. Without one it is met only when its rules
 * decide it alone and each of them had something to look at.
 *
 * @param findings all of them, whatever their severity
 * @param applies whether a rule, by its id, had something to look at
 */
export function claimStatuses(
  guide: Guide,
  findings: readonly Finding[],
  applies: (ruleId: string) => boolean,
): readonly ClaimStatus[] {
  const byRule = new Map<string, Finding[]>()
  for (const finding of findings) {
    const list = byRule.get(finding.rule)
    if (list === undefined) byRule.set(finding.rule, [finding])
    else list.push(finding)
  }
  return guide.claims.map((claim) => {
    const against = claim.rules.flatMap((rule) => byRule.get(rule) ?? []).filter((finding) => bearsOn(claim, finding))
    return { id: claim.id, ...judge(claim, against, applies), rules: claim.rules, untrue: claim.untrue ?? null }
  })
}

/** Ids of the claims that a finding speaks against, in the guide's order. */
export function claimsAgainst(guide: Guide, finding: FindingText): readonly string[] {
  return guide.claims.filter((claim) => bearsOn(claim, finding)).map(({ id }) => id)
}

type FindingText = Pick<Finding, 'rule' | 'file' | 'service' | 'title' | 'observed'>

function bearsOn(claim: Claim, finding: FindingText): boolean {
  if (!claim.rules.includes(finding.rule)) return false
  const about = claim.about[finding.rule]
  if (about === undefined) return true
  const texts = [finding.file, finding.service ?? '', finding.title, finding.observed]
  const expression = new RegExp(about, 'i')
  return texts.some((text) => expression.test(text))
}

function judge(
  claim: Claim,
  against: readonly Finding[],
  applies: (ruleId: string) => boolean,
): Pick<ClaimStatus, 'status' | 'reason'> {
  if (against.length > 0) return { status: 'unmet', reason: found(against) }
  const looked = claim.rules.filter(applies)
  const idle = claim.anyOf.filter((set) => !set.some((rule) => looked.includes(rule))).flat()
  const open = [
    ...(idle.length > 0 ? [`${words(idle)} had nothing to look at.`] : []),
    ...(claim.controls.length > 0 ? [`The running gate has to prove ${words(claim.controls)}.`] : []),
    ...(claim.attest === undefined ? [] : [`A person has to confirm: ${claim.attest}`]),
  ]
  const clean = looked.length > 0 ? [`${words(looked)} looked and found nothing.`] : []
  return { status: open.length > 0 ? 'undecided' : 'met', reason: [...clean, ...open].join(' ') }
}

function found(findings: readonly Finding[]): string {
  const spelled = findings.slice(0, SHOWN).map(({ file, line, service, observed }) => {
    const place = line > 0 ? `${file}:${line}` : file
    return service === null ? `${place}: ${observed}` : `${place}, ${service}: ${observed}`
  })
  const more = findings.length > SHOWN ? [`and ${findings.length - SHOWN} more`] : []
  return `Found in ${[...spelled, ...more].join('; ')}.`
}

function words(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
