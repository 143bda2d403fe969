import type { Claim, Guide } from '../../check/guide/guide.ts'
import type { ClaimStatus } from '../../check/guide/status.ts'
import { type Proof, type ProofState, worst } from '../../kernel/proof.ts'
import type { Standing } from './standing.ts'

/**
 * `attested`: all that can be proven holds, and a person has confirmed the rest. `waived`: set aside by a person.
 * `does-not-apply`: it is about a kind of installation that this one is not.
 */
export const CLAIM_STATES = ['broken', 'unknown', 'holds', 'attested', 'waived', 'does-not-apply'] as const
export type ClaimState = (typeof CLAIM_STATES)[number]

/** One thing that speaks for or against a claim. */
export interface Evidence {
  /** The rules of the check, the gate's own proofs, or a person. */
  readonly source: 'files' | 'gate' | 'person'
  /** The rules, the control, or what was to be confirmed. */
  readonly what: string
  readonly state: ProofState
  readonly observed: string
  /** ISO 8601 in UTC; null when nobody looked. */
  readonly at: string | null
}

/** A claim with its state. */
export interface JoinedClaim {
  readonly id: string
  readonly section: string
  readonly asks: string
  readonly state: ClaimState
  readonly reason: string
  /** Controls of the gate that it needs. */
  readonly controls: readonly string[]
  readonly evidence: readonly Evidence[]
  /** Of the oldest evidence; null when there is none. */
  readonly at: string | null
  /** Where the guide is wrong about the application, and what to do in its place. */
  readonly untrue: string | null
}

/** What was seen of the installation's files, engine and host. */
export interface Seen {
  /** ms since the epoch. */
  readonly at: number
  readonly claims: readonly Pick<ClaimStatus, 'id' | 'status' | 'reason'>[]
  /** Ids of the rules that had something to look at. */
  readonly looked: readonly string[]
  /** What should have been read and could not be, each one line: what is not seen is never taken for good. */
  readonly unread: readonly string[]
  readonly docker: boolean
  readonly host: boolean
}

export interface JoinInput {
  readonly guide: Guide
  /** Or why nothing was seen. */
  readonly seen: Seen | { readonly missing: string }
  readonly proofs: readonly Proof[]
  /** What people said, verified, by claim. */
  readonly standings: ReadonlyMap<string, Standing>
}

/** The state of every claim of a guide, in its order. Pure. */
export function joinClaims({ guide, seen, proofs, standings }: JoinInput): JoinedClaim[] {
  const byControl = new Map(proofs.map((proof) => [proof.control, proof]))
  const files = 'missing' in seen ? seen : index(seen)
  return guide.claims.map((claim) => {
    const provable = [...filesEvidence(claim, files), ...gateEvidence(claim, byControl)]
    return { ...aboutOf(claim), ...stateOf(claim, provable, standings.get(claim.id), files) }
  })
}

/** How many claims are in each state. */
export function countClaims(claims: readonly JoinedClaim[]): Readonly<Record<ClaimState, number>> {
  const of = (state: ClaimState) => claims.filter((claim) => claim.state === state).length
  return Object.fromEntries(CLAIM_STATES.map((state) => [state, of(state)])) as Record<ClaimState, number>
}

interface Index {
  readonly at: string
  readonly statuses: ReadonlyMap<string, Pick<ClaimStatus, 'status' | 'reason'>>
  readonly looked: ReadonlySet<string>
  readonly seen: Seen
}

function index(seen: Seen): Index {
  const statuses = new Map(seen.claims.map((claim) => [claim.id, claim]))
  return { at: new Date(seen.at).toISOString(), statuses, looked: new Set(seen.looked), seen }
}

type Files = Index | { readonly missing: string }

function aboutOf({ id, section, asks, controls, untrue }: Claim) {
  return { id, section, asks, controls, untrue: untrue ?? null }
}

/** A finding breaks the claim; without one, of each set of rules one must have had something to look at. */
function filesEvidence(claim: Claim, files: Files): Evidence[] {
  if (claim.rules.length === 0) return []
  const base = { source: 'files', what: claim.rules.join(', ') } as const
  if ('missing' in files) return [{ ...base, state: 'unknown', observed: files.missing, at: null }]
  const { at, looked } = files
  const status = files.statuses.get(claim.id)
  if (status === undefined) return [{ ...base, state: 'unknown', observed: 'It was not looked at.', at }]
  if (status.status === 'unmet') return [{ ...base, state: 'broken', observed: status.reason, at }]
  const idle = claim.anyOf.filter((set) => !set.some((rule) => looked.has(rule)))
  if (idle.length > 0) return [{ ...base, state: 'unknown', observed: idleText(idle.flat(), files.seen), at }]
  const clean = claim.rules.filter((rule) => looked.has(rule))
  const observed = `${list(clean)} looked and found nothing`
  const [first, ...more] = files.seen.unread
  if (first === undefined) return [{ ...base, state: 'holds', observed: `${observed}.`, at }]
  const others = more.length === 0 ? '' : `; and ${more.length} more`
  return [
    { ...base, state: 'unknown', observed: `${observed}, but not everything could be read: ${first}${others}.`, at },
  ]
}

function idleText(rules: readonly string[], { docker, host }: Seen): string {
  const wants = (family: string) => rules.some((rule) => rule.startsWith(`${family}.`))
  const off = [
    ...(wants('docker') && !docker ? ['docker: true'] : []),
    ...(wants('host') && !host ? ['host: true'] : []),
  ]
  const hint = off.length === 0 ? '' : ` More can be seen with ${list(off)} in the posture section.`
  return `${list(rules)} had nothing to look at.${hint}`
}

function gateEvidence({ controls }: Claim, proofs: ReadonlyMap<string, Proof>): Evidence[] {
  return controls.map((control) => {
    const proof = proofs.get(control)
    const base = { source: 'gate', what: control } as const
    if (proof === undefined) return { ...base, state: 'unknown', observed: `${control} was not proved.`, at: null }
    const { state, expected, observed, at } = proof
    return { ...base, state, observed: `${control}: ${state === 'holds' ? expected : observed}`, at }
  })
}

type Judged = Pick<JoinedClaim, 'state' | 'reason' | 'evidence' | 'at'>

/**
 * What can be proven comes first: a person's word is asked for what no program can see, and never stands against a
 * program. A waiver alone sets a claim aside, and says what it would be.
 */
function stateOf(claim: Claim, provable: readonly Evidence[], standing: Standing | undefined, files: Files): Judged {
  const evidence = [...provable, ...personEvidence(claim, standing)]
  const state = evidence.length === 0 ? 'unknown' : worst(evidence.map((one) => one.state))
  const told = evidence.filter((one) => one.state === state).map(({ observed }) => sentence(observed))
  const at = oldest(evidence)
  if (standing?.kind === 'waived' && standing.validity === 'valid') {
    const reason = `Set aside until ${day(standing.until)}: ${sentence(standing.reason)} Without that: ${state}. ${told.join(' ')}`
    return { state: 'waived', reason, evidence, at: iso(standing.made) }
  }
  if (state === 'unknown' && standing?.validity !== 'tampered' && isForOthers(claim, files))
    return { state: 'does-not-apply', reason: 'It is about Kubernetes, and there are no manifests here.', evidence, at }
  const confirmed = state === 'holds' && claim.attest !== undefined
  return { state: confirmed ? 'attested' : state, reason: told.join(' '), evidence, at }
}

/** Empty when the claim asks nothing of a person, and nobody changed what a person said of it. */
function personEvidence({ id, attest }: Claim, standing: Standing | undefined): Evidence[] {
  const base = { source: 'person', what: attest ?? id } as const
  if (standing?.validity === 'tampered') return [{ ...base, state: 'unknown', observed: TAMPERED, at: null }]
  if (attest === undefined) return []
  const asked = `A person has to confirm: ${attest}`
  if (standing === undefined || standing.kind === 'waived')
    return [{ ...base, state: 'unknown', observed: asked, at: null }]
  if (standing.validity === 'lapsed') {
    const observed = `What was confirmed lapsed at ${day(standing.until)}. ${asked}`
    return [{ ...base, state: 'unknown', observed, at: iso(standing.made) }]
  }
  const observed = `Confirmed by the operator until ${day(standing.until)}: ${standing.reason}`
  return [{ ...base, state: 'holds', observed, at: iso(standing.made) }]
}

const TAMPERED =
  'What was said of it by a person was changed in the database since: its signature is not right. Confirm or withdraw it.'

/** Is all of it about Kubernetes, where something was seen and no manifest is among it? */
function isForOthers({ rules, controls, attest }: Claim, files: Files): boolean {
  if ('missing' in files || rules.length === 0 || controls.length > 0 || attest !== undefined) return false
  const isKubernetes = (rule: string) => rule.startsWith('kubernetes.')
  return rules.every(isKubernetes) && files.looked.size > 0 && ![...files.looked].some(isKubernetes)
}

function oldest(evidence: readonly Evidence[]): string | null {
  return evidence.reduce<string | null>(
    (found, { at }) => (at === null || (found !== null && found < at) ? found : at),
    null,
  )
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

const iso = (time: number) => new Date(time).toISOString()

/** Minutes are enough for people. */
function day(time: number): string {
  return `${iso(time).slice(0, 16).replace('T', ' ')} UTC`
}
