import { isDeepStrictEqual } from 'node:util'
import type { Guide } from '../../check/guide/guide.ts'
import type { PostureConfig } from '../../config/posture-schema.ts'
import type { PostureLook } from '../../helpers/posture/protocol.ts'
import type { Clock } from '../../kernel/clock.ts'
import { errorText } from '../../kernel/errors.ts'
import type { Store } from '../../store/database.ts'
import type { Outbox } from '../../store/outbox.ts'
import { claimStates, keepClaimState, keepLook, lastLook } from '../../store/posture.ts'
import { createSerial } from '../../store/serial.ts'
import type { ProofRun } from '../proofs/prover.ts'
import { askChanged, askLook, parseLook } from './ask.ts'
import type { Attestations } from './attestations.ts'
import { guideNamed } from './guides.ts'
import { type ClaimState, countClaims, type JoinedClaim, type JoinInput, joinClaims } from './join.ts'

export interface PostureOptions {
  readonly store: Store
  readonly outbox: Outbox
  readonly clock: Clock
  readonly attestations: Attestations
  /** Socket at which the supervisor starts the helper. */
  readonly socket: string
  /** The section of castellan.yaml; undefined: nothing is looked at. */
  settings(): PostureConfig | undefined
  readonly prover: { latest(): ProofRun | undefined; run(): Promise<ProofRun> }
  failed(error: unknown): void
}

/** The answer to `prove NAME`: what `prove` says, and the claims of the guide. */
export interface GuideProofs extends ProofRun {
  readonly guide: string
  readonly title: string
  readonly claims: readonly JoinedClaim[]
  readonly counts: Readonly<Record<ClaimState, number>>
  /** What could not be read or seen. */
  readonly problems: readonly string[]
}

/** How often files are looked at for changes, in ms; a shorter schedule makes it shorter. */
const WATCH = 60_000
/** What was seen this many schedules ago is too old to count. */
const STALE = 3
/** Until the first proofs are there. */
const PAUSE = 1_000

/** What a look was about: another section of castellan.yaml makes it void. */
type Subject = Pick<PostureConfig, 'guide' | 'folder' | 'docker' | 'host'>
interface Kept {
  readonly subject: Subject
  readonly look: PostureLook
}

/** Looks at the installation behind the gate on a schedule and when its files change, and follows its claims. */
export class Posture {
  private readonly options: PostureOptions
  /** The helper answers one question at a time. */
  private readonly inTurn = createSerial()
  private kept: Kept | undefined
  private looking: Promise<Kept> | undefined
  private timer: NodeJS.Timeout | undefined
  private complaint = ''
  private closed = false

  constructor(options: PostureOptions) {
    this.options = options
  }

  /** Begins, or follows a changed section of castellan.yaml; without one nothing runs. */
  adopt(): void {
    if (this.options.settings() !== undefined) this.wait(PAUSE)
    else clearTimeout(this.timer)
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
  }

  /** Looks now, proves now, and joins both with what people said. Throws `check.unknown-name`. */
  async prove(name: string): Promise<GuideProofs> {
    const guide = await guideNamed(name)
    const [{ proofs, summary }, seen] = await Promise.all([this.options.prover.run(), this.seeNow(name)])
    const claims = await this.join(guide, seen, proofs)
    if (this.options.settings()?.guide === name) await this.follow(claims)
    const { look } = this.kept ?? {}
    const problems =
      look?.guide === name ? [...(look.gap === null ? [] : [look.gap]), ...look.problems, ...look.notes] : []
    return { proofs, summary, guide: name, title: guide.title, claims, counts: countClaims(claims), problems }
  }

  private wait(pause: number): void {
    clearTimeout(this.timer)
    if (this.closed) return
    this.timer = setTimeout(() => void this.tick().catch(this.options.failed), pause)
    this.timer.unref()
  }

  private async tick(): Promise<void> {
    const settings = this.options.settings()
    const proved = this.options.prover.latest()
    if (settings === undefined) return
    if (proved === undefined) return this.wait(PAUSE)
    try {
      this.kept ??= await this.recall(settings)
      if (await this.isDue(settings)) await this.look(settings)
      this.complaint = ''
    } catch (error) {
      this.complain(error)
    }
    try {
      const guide = await guideNamed(settings.guide)
      if (!this.closed) await this.follow(await this.join(guide, this.seenBefore(settings), proved.proofs))
    } finally {
      this.wait(Math.min(WATCH, settings.every))
    }
  }

  /** Said once, not at every turn. */
  private complain(error: unknown): void {
    const text = errorText(error)
    if (text !== this.complaint) this.options.failed(error)
    this.complaint = text
  }

  private async isDue(settings: PostureConfig): Promise<boolean> {
    const { kept } = this
    if (kept === undefined || !isDeepStrictEqual(kept.subject, subjectOf(settings))) return true
    if (this.options.clock() - kept.look.at >= settings.every) return true
    return await this.inTurn(() => askChanged(this.options.socket, kept.look.files))
  }

  /** Looks now; calls while one is under way share it. */
  private look(settings: PostureConfig): Promise<Kept> {
    this.looking ??= this.lookOnce(settings).finally(() => {
      this.looking = undefined
    })
    return this.looking
  }

  private async lookOnce(settings: PostureConfig): Promise<Kept> {
    const subject = subjectOf(settings)
    const kept = { subject, look: await this.inTurn(() => askLook(this.options.socket)) }
    this.kept = kept
    if (!this.closed) await keepLook(this.options.store, subject.guide, kept.look.at, JSON.stringify(kept))
    return kept
  }

  private async recall({ guide }: PostureConfig): Promise<Kept | undefined> {
    const json = await lastLook(this.options.store, guide)
    if (json === undefined) return undefined
    try {
      const { subject, look } = JSON.parse(json) as { subject: Subject; look: unknown }
      return { subject, look: parseLook(JSON.stringify(look)) }
    } catch {
      return undefined // of another version: it is looked at anew
    }
  }

  private async seeNow(name: string): Promise<JoinInput['seen']> {
    const settings = this.options.settings()
    if (settings === undefined) return { missing: 'There is no posture section in castellan.yaml.' }
    if (settings.guide !== name)
      return { missing: `The posture section of castellan.yaml is about ${settings.guide}, not ${name}.` }
    try {
      return seenBy(await this.look(settings))
    } catch (error) {
      return { missing: errorText(error) }
    }
  }

  private seenBefore(settings: PostureConfig): JoinInput['seen'] {
    const { kept } = this
    if (kept === undefined || !isDeepStrictEqual(kept.subject, subjectOf(settings)))
      return { missing: this.complaint === '' ? 'The installation was not looked at yet.' : this.complaint }
    const old = this.options.clock() - kept.look.at > STALE * Math.max(settings.every, WATCH)
    if (!old) return seenBy(kept)
    return { missing: `The installation was last looked at ${new Date(kept.look.at).toISOString()}: too long ago.` }
  }

  private async join(guide: Guide, seen: JoinInput['seen'], proofs: ProofRun['proofs']): Promise<JoinedClaim[]> {
    const standings = new Map((await this.options.attestations.list()).map((standing) => [standing.claim, standing]))
    return joinClaims({ guide, seen, proofs, standings })
  }

  /** Keeps the states of claims, and audits those that changed. The first state of a claim is no change. */
  private async follow(claims: readonly JoinedClaim[]): Promise<void> {
    const { store, outbox, clock } = this.options
    const before = await claimStates(store.db)
    const changed = claims.filter(({ id, state }) => before.get(id) !== state)
    if (changed.length === 0 || this.closed) return
    await outbox.run(async (tx, audit) => {
      for (const { id, state, reason } of changed) {
        const old = before.get(id)
        await keepClaimState(tx, id, state, clock())
        if (old === undefined) continue
        const data = { claim: id, before: old, after: state, reason }
        audit({ event: 'claim.changed', actor: 'castellan', target: id, data })
      }
    })
  }
}

function subjectOf({ guide, folder, docker, host }: PostureConfig): Subject {
  return { guide, folder, docker, host }
}

function seenBy({ subject: { docker, host }, look: { at, claims, looked, problems } }: Kept): JoinInput['seen'] {
  return { at, claims, looked, unread: problems, docker, host }
}
