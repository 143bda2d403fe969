import { stat } from 'node:fs/promises'
import type { Policy } from '../../config/policy.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Inspection, Observation } from '../../kernel/guard.ts'
import { observing } from '../../kernel/observe.ts'
import type { FindingCode } from './finding.ts'
import type { WalkMemory } from './memory.ts'
import { readEntries } from './reader.ts'
import { type AuditVerification, verifyAudit } from './verify.ts'

/** The entry of this run is among the last ones, however busy the log is. */
const LAST = 10_000
/** Every file is read again after so many ms, whether or not it looks untouched. */
const WHOLE_EVERY = 86_400_000
/** Findings about checkpoints from elsewhere, which are a control of their own. */
const ELSEWHERE: ReadonlySet<FindingCode> = new Set([
  'rollback.unseen',
  'rollback.found',
  'external.unreadable',
  'external.line-unreadable',
  'external.inconsistent',
])

/**
 * Reads the files of the log as an auditor would; what the log itself believes is not asked. The first look is at all
 * of them, and so is one a day. In between closed files that nobody touched are not read again.
 *
 * @param monotonic Milliseconds of a clock that nobody can set.
 */
export function createInspect(monotonic: Clock = () => performance.now()) {
  let memory: WalkMemory | undefined
  let whole = 0
  return async ({ policy, audit }: Inspection<Policy>): Promise<Observation[]> => {
    const target = policy.config.audit['checkpoint-to']
    const file = target?.startsWith('/') ? target : undefined
    const now = monotonic()
    const found = await verifyAudit({
      folder: audit.folder,
      ...(file === undefined ? {} : { checkpoint: file }),
      memory: now - whole < WHOLE_EVERY ? memory : undefined,
    })
    memory = found.memory
    if (found.files.read === found.files.all) whole = now
    const written = await isThere(audit).catch(() => false)
    return [tree(found, written), rollback(found, target, file !== undefined && (await isBeside(file, audit.folder)))]
  }
}

async function isThere({ folder, entry }: Inspection<Policy>['audit']): Promise<boolean> {
  if (entry === '') return false
  for await (const { id } of readEntries(folder, { tail: LAST })) if (id === entry) return true
  return false
}

/** Whether both are on one file system; false when one of them is not there. */
async function isBeside(file: string, folder: string): Promise<boolean> {
  try {
    return (await stat(file)).dev === (await stat(folder)).dev
  } catch {
    return false
  }
}

function tree({ findings, size, files }: AuditVerification, written: boolean): Observation {
  const { seen } = observing('audit.tree', 'the files verify, and an entry that was acknowledged is in them')
  const bad = findings.filter(({ level, code }) => level !== 'note' && !ELSEWHERE.has(code))
  const words = bad.map(({ code, where }) => `${code} in ${where}`).join(', ')
  const how =
    files.read === files.all
      ? 'all files were read'
      : `${files.read} of ${files.all} files were read, the others were read before and not touched since`
  const entry = written ? 'the entry of this run is there' : 'the entry of this run is not there'
  const holds = bad.some(({ level }) => level === 'broken') ? false : bad.length > 0 ? undefined : written
  return seen(holds, `${size} entries, ${words || 'all verified'}: ${how}; ${entry}`)
}

function rollback(
  { findings, witnessed }: AuditVerification,
  target: string | undefined,
  isBesideTheLog: boolean,
): Observation {
  const { seen } = observing('audit.rollback', 'a checkpoint that is kept elsewhere agrees with the log')
  const bad = findings.find(({ code }) => code === 'rollback.found' || code === 'external.inconsistent')
  if (bad !== undefined) return seen(false, bad.message)
  if (witnessed !== undefined && isBesideTheLog)
    return seen(undefined, 'the checkpoints lie on the same file system as the log: both can be set back together')
  if (witnessed !== undefined) return seen(true, `a checkpoint of ${witnessed.size} entries agrees`)
  if (target === undefined)
    return seen(undefined, 'no checkpoint is kept elsewhere (audit.checkpoint-to), so a roll-back can’t be seen')
  return seen(undefined, 'the checkpoints that were sent elsewhere can’t be read from here')
}
