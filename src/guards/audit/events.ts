/** Events that the log writes about itself. */

/** First entry of a log; names its key. */
export const logBegun = 'audit.begun'
/** What a crash had left unacknowledged was dropped. */
export const tailDropped = 'audit.tail-dropped'
/** The witness was not up to date at a start, as after a power cut, or was changed. */
export const witnessRestored = 'audit.witness-restored'
/** Entries were rejected because they could not be written. */
export const writeFailed = 'audit.write-failed'
/** The clock was set; by how many seconds. */
export const clockMoved = 'audit.clock-moved'
/** Somebody answers for the clock that was set before the entry `data.index`; `verifyAudit` then only notes it. */
export const clockAccepted = 'audit.clock-accepted'
/** The key of a subject was destroyed. */
export const subjectErased = 'subject.erased'
