import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { CastellanError } from '../../kernel/errors.ts'
import type { Store } from '../../store/database.ts'
import type { Outbox } from '../../store/outbox.ts'
import { attestationRows, keepAttestation, removeAttestation } from '../../store/posture.ts'
import { claimNamed } from './guides.ts'
import { type Statement, signStatement } from './signature.ts'
import { type Standing, standingOf } from './standing.ts'
import { readUntil } from './until.ts'

export interface AttestationsOptions {
  readonly store: Store
  readonly outbox: Outbox
  /** Control's Ed25519 key for statements; made when it is first asked for. */
  key(): KeyObject
  readonly clock: Clock
}

export interface NewStatement {
  readonly claim: string
  readonly reason: string
  /** A date; see `readUntil`. */
  readonly until: string
  readonly waive: boolean
}

/** What people have confirmed or set aside: signed, audited, and lapsing by itself. */
export interface Attestations {
  /** Throws `attest.unknown-claim`, `attest.reason`, `attest.until`, `attest.not-asked`. */
  add(statement: NewStatement): Promise<Standing>
  /** Throws `attest.none`. */
  withdraw(claim: string): Promise<void>
  /** All there are, also those that lapsed or were tampered with. */
  list(): Promise<Standing[]>
}

const ACTOR = 'operator'

export function createAttestations({ store, outbox, key, clock }: AttestationsOptions): Attestations {
  return {
    async add({ claim: id, reason, until, waive }) {
      const claim = await claimNamed(id)
      if (!waive && claim.attest === undefined) throw notAsked(id)
      const made = clock()
      const kind = waive ? 'waived' : 'attested'
      const statement: Statement = { claim: id, kind, reason: checked(reason), made, until: readUntil(until, made) }
      await outbox.run(async (tx, audit) => {
        await keepAttestation(tx, signStatement(statement, key()))
        const data = { claim: id, reason: statement.reason, until: new Date(statement.until).toISOString() }
        audit({ event: `claim.${kind}`, actor: ACTOR, target: id, data })
      })
      return { ...statement, validity: 'valid' }
    },
    async withdraw(claim) {
      await outbox.run(async (tx, audit) => {
        if (!(await removeAttestation(tx, claim))) throw none(claim)
        audit({ event: 'claim.attestation-withdrawn', actor: ACTOR, target: claim, data: { claim } })
      })
    },
    async list() {
      const rows = await attestationRows(store)
      return rows.map((row) => standingOf(row, key(), clock()))
    },
  }
}

const MAX_REASON = 500

function checked(reason: string): string {
  const text = reason.trim()
  if (text !== '' && text.length <= MAX_REASON && !/[\x00-\x1f\x7f\u2028\u2029]/.test(text)) return text
  throw new CastellanError('attest.reason', `--reason: allowed: one line of 1 to ${MAX_REASON} characters.`, {
    hint: 'Say what was looked at, by whom, and how: whoever reads the audit log must be able to follow it.',
  })
}

function notAsked(id: string): CastellanError {
  return new CastellanError('attest.not-asked', `${id} asks nothing of a person: rules and proofs alone decide it.`, {
    hint: `\`castellan prove\` says what it lacks. To set it aside for a reason: castellan attest ${id} --waive`,
  })
}

function none(claim: string): CastellanError {
  return new CastellanError(
    'attest.none',
    `Nothing was confirmed or set aside for ${JSON.stringify(claim.slice(0, 80))}.`,
    {
      hint: '`castellan attest list` shows all there is.',
    },
  )
}
