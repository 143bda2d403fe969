import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CastellanError } from '../../kernel/errors.ts'
import { type Certificates, openCertificates } from './certificates.ts'
import { eventually, handshake, serve, temporaryFolder } from './fixture.ts'
import type { Publish } from './order.ts'
import { type Pebble, startPebble } from './pebble.ts'

const hosts = ['app.example.org', 'auth.example.org']
const YEAR = 365 * 86_400_000

interface Opened {
  readonly certificates: Certificates
  readonly errors: CastellanError[]
}

interface Given {
  readonly folder?: string
  readonly publish?: Publish
  readonly clock?: () => number
  readonly ca?: string | undefined
  readonly hosts?: string[]
}

async function open(t: TestContext, pebble: Pebble, given: Given = {}): Promise<Opened> {
  const errors: CastellanError[] = []
  const ca = 'ca' in given ? given.ca : pebble.ca
  const certificates = await openCertificates({
    config: {
      issuer: 'acme',
      directory: pebble.directory,
      email: 'ops@example.org',
      ...(ca === undefined ? {} : { ca }),
    },
    hosts: given.hosts ?? hosts,
    folder: given.folder ?? temporaryFolder(t),
    clock: given.clock ?? Date.now,
    publish: given.publish ?? pebble.publish,
    onChange: () => {},
    onError: (error) => errors.push(error),
    everyMs: 50,
  })
  t.after(certificates.close)
  return { certificates, errors }
}

const issuers = ({ certificates }: Opened) => certificates.current().map(({ issuer }) => issuer)
const allByAcme = (opened: Opened) => {
  assert.deepEqual(opened.errors, [])
  return issuers(opened).every((issuer) => issuer === 'acme')
}
const serialOf = ({ certificates }: Opened) => new X509Certificate(certificates.current()[0]!.cert).serialNumber

test('gets a certificate for each host from a real ACME server, which a client that trusts its root accepts', async (t) => {
  const pebble = await startPebble(t)
  const opened = await open(t, pebble)
  await eventually('certificates by ACME', () => allByAcme(opened))
  assert.deepEqual(
    opened.certificates.current().map((certificate) => certificate.hosts),
    [[hosts[0]], [hosts[1]]],
  )
  assert.equal(opened.certificates.ca(), null)
  const ca = await pebble.root()
  for (const {
    hosts: [servername],
    cert,
    key,
    notAfter,
  } of opened.certificates.current()) {
    const port = await serve(t, { cert, key })
    const seen = await handshake(port, { servername: servername!, ca })
    assert.equal(seen.certificate.subjectaltname, `DNS:${servername}`)
    assert.equal(Date.parse(seen.certificate.valid_to), notAfter)
  }
  assert.equal(pebble.answers.size, 0, 'challenge answers are taken away')
  assert.equal(
    pebble.asked.filter((path) => /^\/\.well-known\/acme-challenge\/[\w-]+$/.test(path)).length,
    pebble.asked.length,
  )
})

test('serves certificates of the internal authority until the first is there', async (t) => {
  const pebble = await startPebble(t)
  let release = () => {}
  const released = new Promise<void>((done) => {
    release = done
  })
  const opened = await open(t, pebble, {
    publish: async (token, answer) => {
      await released
      return pebble.publish(token, answer)
    },
  })
  assert.deepEqual(issuers(opened), ['internal', 'internal'])
  const { cert, key } = opened.certificates.current()[0]!
  const port = await serve(t, { cert, key })
  await handshake(port, { servername: hosts[0]!, ca: readFileSync(opened.certificates.ca()!) })
  release()
  await eventually('certificates by ACME', () => allByAcme(opened))
})

test('uses stored certificates and the account again after a restart, without asking the server', async (t) => {
  const pebble = await startPebble(t)
  const folder = temporaryFolder(t)
  const first = await open(t, pebble, { folder })
  await eventually('certificates by ACME', () => allByAcme(first))
  const before = first.certificates.current()
  first.certificates.close()
  await pebble.stop()
  const second = await open(t, pebble, { folder })
  assert.deepEqual(second.certificates.current(), before)
  await sleep(200)
  assert.deepEqual(second.errors, [])
})

test('keeps account key and site keys from other users, and does not start when they may read the account key', async (t) => {
  const pebble = await startPebble(t)
  const folder = temporaryFolder(t)
  const opened = await open(t, pebble, { folder })
  await eventually('certificates by ACME', () => allByAcme(opened))
  const [name] = readdirSync(join(folder, 'acme'))
  const account = join(folder, 'acme', name!)
  assert.equal(statSync(account).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(account).sort(), ['account.pem', 'app.example.org.pem', 'auth.example.org.pem'])
  for (const file of readdirSync(account)) assert.equal(statSync(join(account, file)).mode & 0o777, 0o600)
  chmodSync(join(account, 'account.pem'), 0o644)
  await assert.rejects(open(t, pebble, { folder }), { code: 'tls.key-mode' })
})

test('renews at two thirds of the life of a certificate, with a new key', async (t) => {
  const pebble = await startPebble(t)
  let later = 0
  const opened = await open(t, pebble, { clock: () => Date.now() + later, hosts: [hosts[0]!] })
  await eventually('the first certificate', () => allByAcme(opened))
  const [first, { key, notAfter }] = [serialOf(opened), opened.certificates.current()[0]!]
  const life = notAfter - Date.now()
  later += 0.6 * life
  await sleep(300)
  assert.equal(serialOf(opened), first)
  assert.ok(life > YEAR / 12)
  later += 0.07 * life
  await eventually('the second certificate', () => serialOf(opened) !== first)
  assert.notEqual(opened.certificates.current()[0]!.key, key)
  assert.deepEqual(opened.errors, [])
})

test('says what the server answered when the challenge fails, goes on serving, and tries again five minutes later', async (t) => {
  const pebble = await startPebble(t)
  let later = 0
  let wrong = true
  const publish: Publish = (token, answer) => pebble.publish(token, wrong ? 'wrong' : answer)
  const opened = await open(t, pebble, { publish, clock: () => Date.now() + later, hosts: [hosts[0]!] })
  await eventually('the failure', () => opened.errors.length > 0)
  assert.equal(opened.errors[0]!.code, 'tls.acme')
  assert.match(
    opened.errors[0]!.message,
    /^ACME, app\.example\.org: .*key authorization.*; next attempt in [456] minutes$/i,
  )
  assert.deepEqual(issuers(opened), ['internal'])
  wrong = false
  later += 3 * 60_000
  await sleep(300)
  assert.equal(opened.errors.length, 1)
  assert.deepEqual(issuers(opened), ['internal'])
  later += 4 * 60_000
  await eventually('the certificate', () => issuers(opened)[0] === 'acme')
})

test('does not speak to a directory whose certificate it can not verify', async (t) => {
  const pebble = await startPebble(t)
  const opened = await open(t, pebble, { ca: undefined })
  await eventually('the failure', () => opened.errors.length > 0)
  assert.match(opened.errors[0]!.message, /unable to (verify|get)|self[- ]signed/i)
  assert.deepEqual(pebble.asked, [])
})

test('closing ends an order that is under way, and nothing is reported after it', async (t) => {
  const pebble = await startPebble(t)
  let asked = 0
  const never: Publish = (token, answer) => {
    asked += 1
    return pebble.publish(token, answer)
  }
  const opened = await open(t, pebble, { publish: never })
  await eventually('an order', () => asked > 0)
  opened.certificates.close()
  await sleep(500)
  assert.deepEqual(opened.errors, [])
  assert.deepEqual(issuers(opened), ['internal', 'internal'])
  assert.equal(pebble.answers.size, 0)
})

test('refuses names that no public authority certifies', async (t) => {
  const pebble: Pebble = await startPebble(t)
  for (const host of ['app.localhost', '192.0.2.7', '2001:db8::7', 'intranet']) {
    await assert.rejects(open(t, pebble, { hosts: [host] }), { code: 'tls.acme-host' })
  }
})
