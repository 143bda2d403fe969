/** What `verifyAudit` can find, and how bad it is. A note changes nothing. */
export const findingLevels = {
  'log.absent': 'unknown',
  'log.unreadable': 'unknown',
  'key.absent': 'broken',
  'key.mismatch': 'broken',
  'key.unpinned': 'note',
  'segment.missing': 'broken',
  'segment.damaged': 'broken',
  'line.unreadable': 'broken',
  'entry.missing': 'broken',
  'entry.rewritten': 'broken',
  'entry.unsigned': 'broken',
  'entries.deleted': 'broken',
  'time.out-of-order': 'broken',
  'clock.moved-back': 'broken',
  'clock.moved-forward': 'note',
  'clock.accepted': 'note',
  'clock.behind-log': 'unknown',
  'checkpoint.missing': 'broken',
  'checkpoint.rewritten': 'broken',
  'checkpoint.signature': 'broken',
  'checkpoint.other-log': 'broken',
  'witness.missing': 'broken',
  'witness.behind': 'broken',
  'witness.rewritten': 'broken',
  'erasure.missing': 'broken',
  'tail.unacknowledged': 'note',
  'rollback.unseen': 'unknown',
  'rollback.found': 'broken',
  'external.unreadable': 'unknown',
  'external.line-unreadable': 'note',
  'external.inconsistent': 'broken',
} as const satisfies Record<string, 'broken' | 'unknown' | 'note'>

export type FindingCode = keyof typeof findingLevels

export interface Finding {
  readonly code: FindingCode
  readonly level: 'broken' | 'unknown' | 'note'
  /** What was found, as a sentence. */
  readonly message: string
  /** File and line, or the name of a file. */
  readonly where: string
}

const mostOfOneCode = 20

/** Collects findings. One cause can show in every line after it: past twenty of a code they are only counted. */
export class Findings {
  readonly list: Finding[] = []
  readonly #counts = new Map<FindingCode, number>()

  add(code: FindingCode, where: string, message: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1
    this.#counts.set(code, count)
    if (count <= mostOfOneCode) this.list.push({ code, level: findingLevels[code], message, where })
  }

  /** How many there are of each code, those left out of the list included. */
  counts(): Partial<Record<FindingCode, number>> {
    return Object.fromEntries(this.#counts)
  }

  /** The worst of all: broken, then unknown, then holds. */
  state(): 'holds' | 'broken' | 'unknown' {
    const levels = new Set(this.list.map((finding) => finding.level))
    if (levels.has('broken')) return 'broken'
    return levels.has('unknown') ? 'unknown' : 'holds'
  }
}
