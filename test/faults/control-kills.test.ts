import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Browser } from '../helpers/browserless.ts'
import { startUp } from '../helpers/gate.ts'
import { ask, configuration, load, operate, PASSWORD, pidOf, until } from './support.ts'
import { startUpstream } from './upstream.ts'

const KILLS = 200
/** Two at once, as most of a kill is the wait until control is back. */
const INSTALLATIONS = 2

/** What was acknowledged to those who asked for it. */
interface Acknowledged {
  readonly users: Map<string, string>
  /** Cookie of the site by session id. */
  readonly sessions: Map<string, string>
  readonly ended: Map<string, string>
  writes: number
}

interface Listed {
  readonly id: string
  readonly site: string
}

test('control is killed at 200 random moments during writes: what was acknowledged stays', {
  timeout: 400_000,
}, async (t) => {
  await using upstream = await startUpstream()
  const began = Date.now()
  const runs = await Promise.all(
    Array.from({ length: INSTALLATIONS }, () => killAgainAndAgain(upstream.origin, KILLS / INSTALLATIONS)),
  )
  const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0)
  const away = runs.flatMap((run) => run.away).sort((one, other) => one - other)
  t.diagnostic(
    `${sum((run) => run.away.length)} kills in ${((Date.now() - began) / 1_000).toFixed(0)} s; acknowledged and found again: ` +
      `${sum((run) => run.users)} people, ${sum((run) => run.sessions)} sign-ins, ${sum((run) => run.ended)} ends of sessions; ` +
      `${sum((run) => run.entries)} audit entries verified; control away for ${away[away.length >> 1]} ms (median), ${away.at(-1)} ms at most; ` +
      `${sum((run) => run.known)} requests of a known session meanwhile, none failed`,
  )
  assert.equal(
    sum((run) => run.away.length),
    KILLS,
  )
})

async function killAgainAndAgain(origin: string, kills: number) {
  await using gate = await startUp(configuration(origin))
  const added = await gate.cli(['user', 'add', 'ann@example.org', '--password-stdin'], PASSWORD)
  assert.equal(added.code, 0, added.stderr)
  using browser = new Browser(gate.port)
  const mine = new URL(`https://app.localhost:${gate.port}/mine`)
  await browser.submit(await browser.go(mine), { email: 'ann@example.org', password: PASSWORD })
  const cookie = browser.cookie('app.localhost')
  await using known = load(gate, 1, { path: '/mine', headers: { cookie } }, 100)
  const acknowledged: Acknowledged = { users: new Map(), sessions: new Map(), ended: new Map(), writes: 0 }
  const stop = new AbortController()
  const writers = [
    addPeople(gate.data, acknowledged, stop.signal),
    useSessions(gate.data, browser, mine, acknowledged, stop.signal),
  ]

  const away: number[] = []
  try {
    for (let last = 0, killed = 0; ; killed = Date.now()) {
      const control = await until('control is back', 30_000, () => {
        const pid = pidOf(gate, 'control/main')
        return pid === last ? undefined : pid
      })
      const before = acknowledged.writes
      await until('a write is acknowledged', 30_000, () => acknowledged.writes > before)
      if (killed > 0) away.push(Date.now() - killed)
      if (away.length === kills) break
      await sleep(Math.random() * 200)
      process.kill(control, 'SIGKILL')
      last = control
    }
  } finally {
    stop.abort()
    await Promise.all(writers)
  }
  const met = await known.stop()
  assert.deepEqual(met.failures, [], 'a known session was refused meanwhile')
  assert.ok(met.answered > kills)
  return { away, known: met.answered, ...(await expectAll(gate, acknowledged)) }
}

/** Adds one person after the other. A call that broke off may or may not have been done. */
async function addPeople(data: string, acknowledged: Acknowledged, signal: AbortSignal): Promise<void> {
  for (let number = 0; !signal.aborted; number++) {
    await sleep(5)
    const email = `person-${number}@example.org`
    const added = await operate(data, 'POST', '/users', { email, password: null, roles: [] }).catch(() => undefined)
    if (added === undefined) continue
    assert.equal(added.status, 200, JSON.stringify(added.value))
    acknowledged.users.set(email, (added.value as { id: string }).id)
    acknowledged.writes++
  }
}

/** Signs in to the site again and again with the portal session of this browser, and ends every second session. */
async function useSessions(
  data: string,
  browser: Browser,
  mine: URL,
  acknowledged: Acknowledged,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set(['', browser.cookie('app.localhost')])
  while (!signal.aborted) {
    browser.cookies.delete('app.localhost')
    const page = await browser.go(mine).catch(() => undefined)
    const cookie = browser.cookie('app.localhost')
    if (page?.at.href !== mine.href || page.status !== 200 || seen.has(cookie)) {
      await sleep(20)
      continue
    }
    seen.add(cookie)
    acknowledged.writes++
    const id = await newSession(data, acknowledged)
    if (id === undefined) continue
    acknowledged.sessions.set(id, cookie)
    if (acknowledged.sessions.size % 2 === 0) await endSession(data, id, acknowledged)
  }
}

/** The session of the site that nobody has seen yet. Sign-ins that broke off leave some behind, so the newest it is. */
async function newSession(data: string, { sessions, ended }: Acknowledged): Promise<string | undefined> {
  const list = await operate(data, 'GET', '/sessions').catch(() => undefined)
  return (list?.value as Listed[] | undefined)?.findLast(
    ({ id, site }) => site !== '' && !sessions.has(id) && !ended.has(id),
  )?.id
}

async function endSession(data: string, id: string, acknowledged: Acknowledged): Promise<void> {
  const ended = await operate(data, 'POST', '/sessions/end', { id }).catch(() => undefined)
  const cookie = acknowledged.sessions.get(id)!
  acknowledged.sessions.delete(id) // unless it is acknowledged nobody knows
  if (ended?.status !== 200) return
  acknowledged.ended.set(id, cookie)
  acknowledged.writes++
}

async function expectAll(gate: Awaited<ReturnType<typeof startUp>>, { users, sessions, ended }: Acknowledged) {
  await until('control is back', 30_000, () => operate(gate.data, 'GET', '/status').catch(() => undefined))
  const people = (await operate(gate.data, 'GET', '/users')).value as { id: string; email: string }[]
  const emails = new Map(people.map(({ id, email }) => [email, id]))
  for (const [email, id] of users) assert.equal(emails.get(email), id, `${email} is lost`)

  const exported = await gate.cli(['audit', 'export'])
  assert.equal(exported.code, 0, exported.stderr)
  const entries = exported.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; target?: string })
  const written = new Set(entries.map(({ event, target }) => `${event} ${target}`))
  for (const id of users.values()) assert.ok(written.has(`accounts.added ${id}`), `no entry of the person ${id}`)
  for (const id of [...sessions.keys(), ...ended.keys()])
    assert.ok(written.has(`sessions.started ${id}`), `no entry of the session ${id}`)
  for (const id of ended.keys()) assert.ok(written.has(`sessions.ended ${id}`), `no entry of the end of ${id}`)

  const verified = await gate.cli(['audit', 'verify', '--json'])
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  assert.notEqual((JSON.parse(verified.stdout) as { state: string }).state, 'broken')

  const asks = (cookie: string) => ask(gate, { path: '/mine', headers: { cookie } })
  const mine = async (cookie: string) => (await asks(cookie)).status
  await sleep(1_000) // the time that an edge may take to know
  for (const [id, cookie] of sessions) assert.equal(await mine(cookie), 200, `the session ${id} is lost`)
  for (const [id, cookie] of ended) assert.notEqual(await mine(cookie), 200, `the session ${id} has come back`)
  return { users: users.size, sessions: sessions.size + ended.size, ended: ended.size, entries: entries.length }
}
