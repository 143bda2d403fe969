import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHasher } from './hasher.ts'
import { startHelper } from './process.ts'

test('a password that was hashed is the only one that verifies', async () => {
  await using hasher = disposable(createHasher())
  const hash = await hasher.hash('correct horse battery')
  assert.equal((await hasher.verify(hash, 'correct horse battery')).ok, true)
  assert.equal((await hasher.verify(hash, 'correct horse batterz')).ok, false)
  assert.equal((await hasher.verify(null, 'correct horse battery')).ok, false)
})

test('verifying for nobody takes as long as verifying for somebody', async () => {
  await using hasher = disposable(createHasher())
  const hash = await hasher.hash('p')
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
  for (let i = 0; i < 9; i++) {
    times.known.push(await timed(() => hasher.verify(hash, 'q')))
    times.unknown.push(await timed(() => hasher.verify(null, 'q')))
  }
  // The fastest of each: what else the machine does only adds.
  const ratio = Math.min(...times.unknown) / Math.min(...times.known)
  // Without the work, the answer would come in a hundredth of the time.
  assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`)
})

test('a common password and one made of the address are weak, four unrelated words are strong', async () => {
  await using hasher = disposable(createHasher())
  assert.ok((await hasher.score('Password123!', [])).score < 3)
  assert.ok((await hasher.score('wilhelmina.vandermeer', ['wilhelmina.vandermeer'])).score < 3)
  assert.equal((await hasher.score('gravel-otter-sextant-plum', [])).score, 4)
})

test('a very long password is scored in time', async () => {
  await using hasher = disposable(createHasher())
  await hasher.score('a', [])
  assert.ok((await timed(() => hasher.score('password1qwerty'.repeat(70).slice(0, 1024), []))) < 10_000)
})

test('more than the queue holds are rejected as busy, and what waits is answered', async () => {
  await using hasher = disposable(createHasher({ queue: 4 }))
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => hasher.verify(null, 'p')))
  const codes = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'ok'))
  assert.deepEqual(codes, ['ok', 'ok', 'ok', 'ok', 'accounts.busy', 'accounts.busy'])
})

test('a job that takes too long is rejected and its process is killed', async () => {
  await using hasher = disposable(createHasher({ deadlineMs: 1 }))
  await assert.rejects(hasher.verify(null, 'p'), { code: 'accounts.hasher' })
  assert.deepEqual(children(), [])
})

test('after the process was killed, the job that it had is rejected and the next one is answered', async () => {
  await using hasher = disposable(createHasher())
  await hasher.verify(null, 'warm up')
  const [pid] = children()
  const lost = hasher.verify(null, 'p')
  process.kill(pid!, 'SIGKILL')
  await assert.rejects(lost, { code: 'accounts.hasher' })
  assert.equal((await hasher.verify(null, 'p')).ok, false)
})

test('the process ends when idle and comes back when needed', async () => {
  await using hasher = disposable(createHasher({ idleMs: 50 }))
  await hasher.verify(null, 'p')
  assert.equal(children().length, 1)
  for (let i = 0; i < 100 && children().length > 0; i++) await sleep(50)
  assert.equal(children().length, 0)
  assert.equal((await hasher.verify(null, 'p')).ok, false)
})

test('closing rejects what waits and leaves no process', async () => {
  const hasher = createHasher()
  const waiting = Promise.allSettled([hasher.verify(null, 'p'), hasher.verify(null, 'p')])
  await hasher.close()
  for (const answer of await waiting) assert.equal(answer.status, 'rejected')
  await assert.rejects(hasher.hash('p'), { code: 'accounts.hasher' })
  assert.deepEqual(children(), [])
})

test('the process has the lowest priority, no environment of ours and no secret in its arguments', async () => {
  process.env.CASTELLAN_TEST_SECRET = 'from-the-environment'
  const helper = startHelper()
  await helper.ask({ op: 'verify', hash: null, password: 'in-the-question' }, 20_000)
  const of = (file: string) => readFileSync(`/proc/${helper.pid}/${file}`, 'utf8')
  assert.equal(getPriority(helper.pid), 19)
  assert.equal(of('environ').replaceAll('\0', ''), 'UV_THREADPOOL_SIZE=1')
  assert.ok(!of('cmdline').includes('in-the-question'))
  assert.ok(of('cmdline').includes('--permission'))
  await helper.end()
})

test('what the process can not do is reported without the password', async () => {
  const helper = startHelper()
  const asking = helper.ask({ op: 'verify', hash: 'not a hash', password: 'the-password' }, 20_000)
  await assert.rejects(asking, (error: Error) => !JSON.stringify([error.message, error.stack]).includes('the-password'))
  assert.equal(helper.dead, false)
  await helper.end()
})

function disposable<T extends { close(): Promise<void> }>(held: T): T & AsyncDisposable {
  return Object.assign(held, { [Symbol.asyncDispose]: () => held.close() })
}

/** Pids of this process's children that are helpers. */
function children(): number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
