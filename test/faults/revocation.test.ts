import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PRE_LOGIN_COOKIE } from '../../src/kernel/cookies.ts'
import { foldersOf } from '../../src/supervisor/folders.ts'
import { type Gate, startUp } from '../helpers/gate.ts'
import { edgesOf } from '../helpers/processes.ts'
import { ask, calm, configuration, operate, pidOf, signIn, signInAgain, until } from './support.ts'
import { startUpstream } from './upstream.ts'

interface Listed {
  readonly id: string
  readonly site: string
}

/** The session of a cookie at the site that was made last. */
async function lastSession(gate: Gate): Promise<string> {
  const { value } = await operate(gate.data, 'GET', '/sessions')
  return (value as Listed[]).findLast(({ site }) => site !== '')!.id
}

/** Whether any of several connections, which reach both edges, is still let in. */
async function isKnown(gate: Gate, cookie: string): Promise<boolean> {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => ask(gate, { path: '/mine', headers: { cookie } }).catch(() => undefined)),
  )
  return answers.some((answer) => answer?.status === 200)
}

/** A request whose answer is under way for long; `ended` resolves with the time when it broke off. */
function holdOpen(gate: Gate, cookie: string): { begun: Promise<void>; ended: Promise<number> } {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  const done = () => ended.resolve(Date.now())
  request({
    host: '127.0.0.1',
    port: gate.port,
    servername: 'app.localhost',
    rejectUnauthorized: false,
    agent: false,
    path: '/slow?ms=60000',
    headers: { host: `app.localhost:${gate.port}`, cookie },
  })
    .on('response', (response) => {
      response.once('data', () => begun.resolve())
      response.resume().on('error', done).on('close', done)
    })
    .on('error', done)
    .end()
  return { begun: begun.promise, ended: ended.promise }
}

test('control is killed in the midst of revocations: what was committed has ended a second after it is back', {
  timeout: 180_000,
}, async (t) => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  await calm(gate)
  let cookie = await signIn(gate)
  const rounds = 5
  let unanswered = 0
  for (let round = 0; round < rounds; round++) {
    const id = await lastSession(gate)
    const open = [holdOpen(gate, cookie), holdOpen(gate, cookie), holdOpen(gate, cookie)]
    await Promise.all(open.map(({ begun }) => begun))
    const control = pidOf(gate, 'control/main')!
    const revoked = operate(gate.data, 'POST', '/sessions/end', { id }).catch(() => undefined)
    await sleep(Math.random() * 40)
    process.kill(control, 'SIGKILL')
    await until('control is back', 30_000, () => operate(gate.data, 'GET', '/status').catch(() => undefined))
    const back = Date.now()
    if ((await revoked)?.status !== 200) unanswered++
    const { value } = await operate(gate.data, 'GET', '/sessions')
    // Killed before the commit: the session lives on, as nobody was told otherwise.
    if ((value as Listed[]).some((session) => session.id === id))
      await operate(gate.data, 'POST', '/sessions/end', { id })
    const ended = await Promise.all(
      open.map(({ ended }) => Promise.race([ended, sleep(5_000, Number.POSITIVE_INFINITY)])),
    )
    assert.ok(Math.max(...ended) - back < 2_000, `streams ended ${Math.max(...ended) - back} ms after control was back`)
    await until('the session is unknown', 1_500, async () => !(await isKnown(gate, cookie)))
    cookie = await signInAgain(gate, 'ann@example.org', `127.0.1.${round + 1}`)
  }
  t.diagnostic(
    `${rounds} revocations, control killed within 40 ms of each; ${unanswered} were not answered; every session had ended in time`,
  )
})

test('an edge that is cut off during a revocation ends the session within a second of coming back', {
  timeout: 60_000,
}, async (t) => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin))
  await calm(gate)
  const cookie = await signIn(gate)
  const open = Array.from({ length: 8 }, () => holdOpen(gate, cookie))
  await Promise.all(open.map(({ begun }) => begun))
  const stopped = edgesOf(gate.process.pid!)
  for (const edge of stopped) process.kill(edge, 'SIGSTOP')
  const { status } = await operate(gate.data, 'POST', '/sessions/end', { id: await lastSession(gate) })
  assert.equal(status, 200)
  for (const edge of stopped) process.kill(edge, 'SIGCONT')
  const back = Date.now()
  const ended = await Promise.all(
    open.map(({ ended }) => Promise.race([ended, sleep(5_000, Number.POSITIVE_INFINITY)])),
  )
  const last = Math.max(...ended) - back
  assert.ok(last < 1_000, `the last stream ended after ${last} ms`)
  assert.ok(!(await isKnown(gate, cookie)))
  assert.deepEqual(edgesOf(gate.process.pid!), stopped)
  t.diagnostic(`8 streams ended ${last} ms after the edges were back`)
})

test('while control hangs known sessions go on, for as long as the file says and no longer', {
  timeout: 90_000,
}, async (t) => {
  await using upstream = await startUpstream()
  await using gate = await startUp(configuration(upstream.origin, { top: 'sessions: { without-control: 3s }' }))
  await calm(gate)
  const cookie = await signIn(gate)
  const control = pidOf(gate, 'control/main')!
  process.kill(control, 'SIGSTOP')
  const began = Date.now()
  try {
    const path = `/.castellan/callback?code=${'A'.repeat(43)}`
    const signingIn = ask(gate, { path, headers: { accept: 'text/html', cookie: `${PRE_LOGIN_COOKIE}=nonce` } })
    await sleep(2_000)
    assert.equal((await ask(gate, { path: '/mine', headers: { cookie } })).status, 200)
    const { status, headers, body } = await signingIn
    assert.equal(status, 503)
    assert.match(body, /Nobody can sign in just now/)
    assert.match(String(headers['content-type']), /^text\/html/)
    await until('the session has ended on both edges', 20_000, async () => !(await isKnown(gate, cookie)))
    // Five seconds of silence until control is taken to be away, then three.
    t.diagnostic(`sessions ended ${Date.now() - began} ms after control began to hang; public pages go on`)
    assert.equal((await ask(gate)).status, 200)
  } finally {
    process.kill(control, 'SIGCONT')
  }
  await until('the session is known again', 10_000, () => isKnown(gate, cookie))
  const { audit } = foldersOf(gate.data)
  const text = readdirSync(audit)
    .filter((name) => name.startsWith('entries-'))
    .map((name) => readFileSync(join(audit, name), 'utf8'))
    .join('')
  assert.ok(!text.includes('"sessions.ended"'), 'control itself ended nothing')
})
