import type { Policy } from '../../config/policy.ts'
import type { Inspection, Observation } from '../../kernel/guard.ts'
import { observing } from '../../kernel/observe.ts'
import type { FindingCode } from './finding.ts'
import { readEntries } from './reader.ts'
import { type AuditVerification, verifyAudit } from './verify.ts'

/** The entry of this run is among the last ones, however busy the log is. */
const LAST = 10_000
/** Findings about checkpoints from elsewhere, which are a control of their own. */
const ELSEWHERE: ReadonlySet<FindingCode> = new Set([
  'rollback.unseen',
  'rollback.found',
  'external.unreadable',
  'external.line-unreadable',
  'external.inconsistent',
])

/** Reads the files of the log as an auditor would; what the log itself believes is not asked. */
export async function inspect({ policy, audit }: Inspection<Policy>): Promise<Observation[]> {
  const target = policy.config.audit['checkpoint-to']
  const checkpoint = target?.startsWith('/') ? { checkpoint: target } : {}
  const found = await verifyAudit({ folder: audit.folder, ...checkpoint })
  return [tree(found, await isThere(audit).catch(() => false)), rollback(found, target)]
}

async function isThere({ folder, entry }: Inspection<Policy>['audit']): Promise<boolean> {
  if (entry === '') return false
  for await (const { id } of readEntries(folder, { tail: LAST })) if (id === entry) return true
  return false
}

function tree({ findings, size }: AuditVerification, written: boolean): Observation {
  const { seen } = observing('audit.tree', 'the files verify, and an entry that was acknowledged is in them')
  const bad = findings.filter(({ level, code }) => level !== 'note' && !ELSEWHERE.has(code))
  const words = bad.map(({ code, where }) => `${code} in ${where}`).join(', ')
  const entry = written ? 'the entry of this run is there' : 'the entry of this run is not there'
  const holds = bad.some(({ level }) => level === 'broken') ? false : bad.length > 0 ? undefined : written
  return seen(holds, `${size} entries, ${words || 'all verified'}; ${entry}`)
}

function rollback({ findings, witnessed }: AuditVerification, target: string | undefined): Observation {
  const { seen } = observing('audit.rollback', 'a checkpoint that is kept elsewhere agrees with the log')
  const bad = findings.find(({ code }) => code === 'rollback.found' || code === 'external.inconsistent')
  if (bad !== undefined) return seen(false, bad.message)
  if (witnessed !== undefined) return seen(true, `a checkpoint of ${witnessed.size} entries agrees`)
  if (target === undefined)
    return seen(undefined, 'no checkpoint is kept elsewhere (audit.checkpoint-to), so a roll-back can’t be seen')
  return seen(undefined, 'the checkpoints that were sent elsewhere can’t be read from here')
}
