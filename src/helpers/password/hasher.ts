import { CastellanError } from '../../kernel/errors.ts'
import { type HelperProcess, startHelper } from './process.ts'
import type { Answers, Question, Verified } from './protocol.ts'
import type { Strength } from './strength.ts'

/** Hashes and checks passwords in a process of its own, one at a time. */
export interface Hasher {
  /** A PHC string of argon2id. */
  hash(password: string): Promise<string>
  /** Takes as long for `null`, which no password matches, as for a hash. */
  verify(hash: string | null, password: string): Promise<Verified>
  /** `context`: words that an attacker knows, such as the e-mail address. */
  score(password: string, context: readonly string[]): Promise<Strength>
  /** Rejects what waits and ends the process. */
  close(): Promise<void>
}

export interface HasherOptions {
  /** How long the process is kept when nothing is asked of it. */
  readonly idleMs?: number
  /** How many may wait or be at work; the next one is rejected with `accounts.busy`. */
  readonly queue?: number
  /** How long one job may take before the process is killed. */
  readonly deadlineMs?: number
}

interface Job {
  readonly question: Question
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/**
 * The process is started by the first question and ends when idle, to free its memory. If it dies, the job that it had
 * is rejected with `accounts.hasher`, and the next job starts another.
 */
export function createHasher({ idleMs = 30_000, queue = 64, deadlineMs = 20_000 }: HasherOptions = {}): Hasher {
  const jobs: Job[] = []
  let helper: HelperProcess | undefined
  let working = false
  let closed = false
  let idle: NodeJS.Timeout | undefined

  function ask<K extends Question['op']>(question: Question & { op: K }): Promise<Answers[K]> {
    if (closed) return Promise.reject(stopped())
    if (jobs.length >= queue) {
      return Promise.reject(
        new CastellanError('accounts.busy', 'Too many sign-ins are waiting.', { hint: 'Try again in a few seconds.' }),
      )
    }
    clearTimeout(idle)
    const answer = new Promise<Answers[K]>((resolve, reject) => jobs.push({ question, resolve, reject }))
    void work()
    return answer
  }

  /** Works jobs off, one at a time. `jobs[0]` is the one at work. Never rejects. */
  async function work(): Promise<void> {
    if (working) return
    working = true
    for (let job = jobs[0]; job !== undefined && !closed; job = jobs[0]) {
      try {
        if (helper === undefined || helper.dead) helper = startHelper()
        job.resolve((await helper.ask(job.question, deadlineMs)) as never)
      } catch (error) {
        job.reject(new CastellanError('accounts.hasher', "Passwords can't be checked now.", { cause: error }))
      }
      jobs.shift()
    }
    working = false
    if (!closed) idle = setTimeout(() => void release(), idleMs).unref()
  }

  async function release(): Promise<void> {
    const ending = helper
    helper = undefined
    await ending?.end()
  }

  return {
    hash: (password) => ask({ op: 'hash', password }),
    verify: (hash, password) => ask({ op: 'verify', hash, password }),
    score: (password, context) => ask({ op: 'score', password, context }),
    async close() {
      closed = true
      clearTimeout(idle)
      for (const job of jobs.splice(0)) job.reject(stopped())
      await release()
    },
  }
}

function stopped(): CastellanError {
  return new CastellanError('accounts.hasher', 'Castellan is stopping.')
}
