import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GuideProofs } from '../../src/control/posture/posture.ts'
import { type Gate, startUp } from '../helpers/gate.ts'
import { processesOf } from '../helpers/processes.ts'
import { layOut } from '../stacks/lay-out.ts'

/** Decided by rules over files; asked of a person alone; asked of the gate. */
const [BY_FILES, BY_PERSON, BY_GATE] = ['loomio-27', 'loomio-32', 'loomio-3']
/** As long as the schedule below, twice, and a look. */
const PATIENCE = 45_000

const folder = layOut('loomio', 'hardened')
const settings = join(folder, '.env')
const honest = readFileSync(settings, 'utf8')
let gate: Gate & { readonly file: string }

const configuration = (posture: string) => `portal: https://auth.localhost:PORT
listen: ["127.0.0.1:PORT"]
http: ["127.0.0.1:HTTP"]
edges: 1
${posture}
sites: [{ host: app.localhost, routes: [{ upstream: "http://127.0.0.1:9" }], access: [{ allow: public }] }]
`

before(async () => {
  gate = await startUp(configuration(`posture: { guide: loomio, folder: ${folder}, every: 10s }`))
})

after(async () => {
  await gate[Symbol.asyncDispose]()
  for (const path of [gate.data, dirname(folder)]) rmSync(path, { recursive: true, force: true })
})

async function prove(code = 0, guarded: Gate = gate): Promise<GuideProofs> {
  const result = await guarded.cli(['prove', 'loomio', '--json'])
  assert.equal(result.code, code, result.stderr)
  return JSON.parse(result.stdout) as GuideProofs
}

async function claim(id: string, code = 0) {
  const found = (await prove(code)).claims.find((one) => one.id === id)
  return found ?? assert.fail(`no ${id}`)
}

interface Entry {
  readonly event: string
  readonly target?: string
  readonly data?: Readonly<Record<string, unknown>>
}

async function audited(event: string, target: string): Promise<Entry[]> {
  const { stdout } = await gate.cli(['audit', 'export'])
  const entries = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry)
  return entries.filter((entry) => entry.event === event && entry.target === target)
}

/** The last change of a claim, once it is to this state. */
async function changed(id: string, state: string): Promise<unknown> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(1_000)) {
    const last = (await audited('claim.changed', id)).at(-1)
    if (last?.data?.['after'] === state) return last.data['before']
  }
  return assert.fail(`${id} did not become ${state}: ${JSON.stringify(await audited('claim.changed', id))}`)
}

test('a guide is proved from files of mode 0600, the gate and people, in the form of prove and its claims', async () => {
  const { proofs, summary, claims, counts, problems } = await prove()
  assert.ok(proofs.length > 10 && summary.holds > 10)
  assert.deepEqual(problems, [])
  assert.equal(counts.broken, 0)
  const state = (id: string) => claims.find((one) => one.id === id)?.state
  assert.deepEqual([BY_FILES, BY_PERSON, BY_GATE].map(state), ['holds', 'unknown', 'holds'])
  for (const one of claims) {
    for (const key of ['id', 'state', 'controls', 'evidence', 'at']) assert.ok(key in one, `${one.id} ${key}`)
    if (one.state !== 'holds') assert.notEqual(one.reason, '', one.id)
  }
})

test('sabotage: a setting is changed, and without being asked the gate finds its claim broken, and whole again', async () => {
  {
    using _ = sabotage()
    assert.equal(await changed(BY_FILES!, 'broken'), 'holds')
    const { stdout, code } = await gate.cli(['prove', 'loomio'])
    assert.equal(code, 1)
    assert.match(stdout, /^Broken\n {2}broken {4}loomio-27 .*\n {12}Found in \.env/)
  }
  assert.equal(await changed(BY_FILES!, 'holds'), 'broken')
})

test('a claim that rules decide is not for a person to confirm, but may be set aside, in the open', async () => {
  using _ = sabotage()
  const statement = ['attest', BY_FILES!, '--reason', 'It is a test', '--until', dateAhead(30)]
  const refused = await gate.cli(statement)
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /asks nothing of a person: rules and proofs alone decide it/)
  assert.equal((await gate.cli([...statement, '--waive'])).code, 0)
  const waived = await claim(BY_FILES!)
  assert.equal(waived.state, 'waived')
  assert.match(waived.reason, /It is a test\. Without that: broken\. Found in \.env/)
  assert.equal((await gate.cli(['attest', 'withdraw', BY_FILES!])).code, 0)
  assert.equal((await claim(BY_FILES!, 1)).state, 'broken')
  for (const event of ['claim.waived', 'claim.attestation-withdrawn'])
    assert.equal((await audited(event, BY_FILES!)).length, 1, event)
})

test('what a person confirmed counts until it lapses, and then is unknown again by itself', async () => {
  const until = `${new Date(Date.now() + 15_000).toISOString().slice(0, 19)}Z`
  const added = await gate.cli(['attest', BY_PERSON!, '--reason', 'Ann opened it', '--until', until])
  assert.equal(added.code, 0, added.stderr)
  const confirmed = await claim(BY_PERSON!)
  assert.equal(confirmed.state, 'attested')
  assert.match(confirmed.reason, /Ann opened it/)
  assert.equal(await changed(BY_PERSON!, 'unknown'), 'attested')
  assert.match((await claim(BY_PERSON!)).reason, /lapsed/)
  assert.match((await gate.cli(['attest', 'list'])).stdout, /loomio-32 +attested +lapsed/)
  assert.equal((await audited('claim.attested', BY_PERSON!)).length, 1)
})

test('a row that somebody changed in the database counts for nothing, and says so', async () => {
  assert.equal((await gate.cli(['attest', BY_PERSON!, '--reason', 'Ann opened it', '--until', dateAhead(2)])).code, 0)
  const database = new DatabaseSync(join(gate.data, 'state', 'castellan.db'))
  database.exec('PRAGMA busy_timeout = 5000')
  database.prepare('UPDATE attestations SET until = until + 86400000 WHERE claim = ?').run(BY_PERSON!)
  database.close()
  const { state, reason } = await claim(BY_PERSON!)
  assert.equal(state, 'unknown')
  assert.match(reason, /its signature is not right/)
  assert.match((await gate.cli(['attest', 'list'])).stdout, /loomio-32 +attested +tampered/)
})

test('refuses more than a year ahead and claims that nobody knows, and says what is allowed', async () => {
  const late = await gate.cli(['attest', BY_PERSON!, '--reason', 'x', '--until', dateAhead(400)])
  assert.equal(late.code, 2)
  assert.match(late.stderr, /more than a year ahead.\n {2}Allowed: a date from/)
  const unknown = await gate.cli(['attest', 'loomio-9999', '--reason', 'x', '--until', dateAhead(1)])
  assert.match(unknown.stderr, /There is no claim "loomio-9999"/)
  assert.match((await gate.cli(['attest', BY_PERSON!])).stderr, /--reason and --until are needed/)
})

test('the helper ends with its answer: between looks no process is there', async () => {
  const proving = prove()
  for (const end = Date.now() + PATIENCE; helpers(gate) === 0 && Date.now() < end; ) await sleep(20)
  assert.equal(helpers(gate), 1)
  await proving
  for (const end = Date.now() + PATIENCE; helpers(gate) > 0 && Date.now() < end; ) await sleep(200)
  assert.equal(helpers(gate), 0)
})

test('a reload takes the section away and brings it back', async () => {
  const text = readFileSync(gate.file, 'utf8')
  writeFileSync(gate.file, text.replace(/^posture:.*$/m, ''))
  assert.equal((await gate.cli(['reload'])).code, 0)
  assert.match((await claim(BY_FILES!)).reason, /There is no posture section in castellan\.yaml/)
  writeFileSync(gate.file, text.replace(/every: 10s/, 'every: 5s'))
  const refused = await gate.cli(['reload'])
  assert.match(refused.stderr, /posture\.every: allowed: 10s to 7d/)
  writeFileSync(gate.file, text)
  assert.equal((await gate.cli(['reload'])).code, 0)
  assert.equal((await claim(BY_FILES!)).state, 'holds')
})

test('a folder that is not there leaves claims unknown, and the gate serves', async () => {
  await using other = await startUp(configuration('posture: { guide: loomio, folder: nowhere }'))
  const { claims, problems } = await prove(0, other)
  assert.equal(claims.find(({ id }) => id === BY_FILES)?.state, 'unknown')
  assert.match(problems.join('\n'), /nowhere|not there/)
  rmSync(other.data, { recursive: true, force: true })
})

test('without a posture section nothing is started, and a guide is proved as far as the gate can', async () => {
  await using plain = await startUp(configuration(''))
  const { claims, counts, summary } = await prove(0, plain)
  const of = (id: string) => claims.find((one) => one.id === id)
  assert.equal(of(BY_FILES!)?.reason, 'There is no posture section in castellan.yaml.')
  assert.equal(of(BY_GATE!)?.state, 'unknown') // its rules need files
  assert.ok(summary.holds > 10 && counts.broken === 0)
  assert.equal(helpers(plain), 0)
  const unknown = await plain.cli(['prove', 'nothing'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /There is no guide "nothing".*\n {2}There are: .*loomio/)
  assert.ok(!existsSync(join(plain.data, 'state', 'attestation-key.pem')))
  rmSync(plain.data, { recursive: true, force: true })
})

/** A password of six letters, until the end of the block. */
function sabotage(): Disposable {
  writeFileSync(settings, honest.replace(/^POSTGRES_PASSWORD=.*$/m, 'POSTGRES_PASSWORD=Tiger7'))
  return { [Symbol.dispose]: () => writeFileSync(settings, honest) }
}

function helpers({ process: { pid } }: Gate): number {
  return processesOf(pid!).filter(({ role }) => role.includes('posture')).length
}

function dateAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}
