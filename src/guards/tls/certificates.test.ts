import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startBrowser } from '../../../test/browser/browser.ts'
import type { CastellanError } from '../../kernel/errors.ts'
import { openAuthority } from './authority.ts'
import { openCertificates } from './certificates.ts'
import { certify, DAY, eventually, handshake, listen, serve, signerOf, temporaryFolder } from './fixture.ts'
import type { TlsConfig } from './schema.ts'

const hosts = ['app.localhost', 'auth.localhost']

interface Given {
  readonly config?: TlsConfig
  readonly folder?: string
  readonly hosts?: string[]
  readonly clock?: () => number
}

async function open(t: TestContext, given: Given = {}) {
  const seen = { changes: 0, errors: [] as CastellanError[] }
  const certificates = await openCertificates({
    config: { issuer: 'internal' },
    hosts,
    folder: temporaryFolder(t),
    clock: Date.now,
    publish: () => () => {},
    onChange: () => {
      seen.changes += 1
    },
    onError: (error) => seen.errors.push(error),
    everyMs: 20,
    ...given,
  })
  t.after(certificates.close)
  return { certificates, seen }
}

test('gives each host its own certificate, that tells nothing of the other hosts', async (t) => {
  const { certificates } = await open(t)
  assert.deepEqual(
    certificates.current().map((certificate) => certificate.hosts),
    [['app.localhost'], ['auth.localhost']],
  )
  const ca = readFileSync(certificates.ca()!)
  for (const {
    hosts: [servername],
    cert,
    key,
  } of certificates.current()) {
    const seen = await handshake(await serve(t, { cert, key }), { servername: servername!, ca })
    assert.equal(seen.certificate.subjectaltname, `DNS:${servername}`)
  }
})

test('Chromium shows a page behind these certificates when it trusts the authority, and none when it does not', async (t) => {
  const { createServer } = await import('node:https')
  const { certificates } = await open(t)
  const { cert, key } = certificates.current()[0]!
  const server = createServer({ cert, key }, (_, response) => response.end('<title>behind the gate</title>'))
  const port = await listen(
    t,
    server.on('tlsClientError', () => {}),
  )
  for (const ca of [certificates.ca()!, undefined]) {
    const browser = await startBrowser(ca === undefined ? {} : { ca })
    t.after(browser.close)
    const page = await (await browser.visitor()).newPage()
    const visit = page.goto(`https://app.localhost:${port}/`).then(() => page.title())
    if (ca !== undefined) assert.equal(await visit, 'behind the gate')
    else await assert.rejects(visit, /ERR_CERT_AUTHORITY_INVALID/)
  }
})

test('Chromium refuses a host outside of the constraints, though it trusts the authority', async (t) => {
  const { createServer } = await import('node:https')
  const folder = temporaryFolder(t)
  const { certificates } = await open(t, { folder, hosts: ['app.example.org'] })
  const server = createServer(certify(signerOf(folder), { hosts: ['app.localhost'] }), (_, response) => response.end())
  const port = await listen(
    t,
    server.on('tlsClientError', () => {}),
  )
  const browser = await startBrowser({ ca: certificates.ca()! })
  t.after(browser.close)
  const page = await (await browser.visitor()).newPage()
  await assert.rejects(
    page.goto(`https://app.localhost:${port}/`),
    /ERR_CERT_INVALID|ERR_CERT_AUTHORITY_INVALID|ERR_CERT_NAME_CONSTRAINT_VIOLATION/,
  )
})

test('renews internal certificates while it runs, and says that they changed', async (t) => {
  let now = Date.now()
  const { certificates, seen } = await open(t, { clock: () => now })
  const first = certificates.current()
  now += 61 * DAY
  await eventually('the change', () => seen.changes > 0)
  const second = certificates.current()
  assert.deepEqual(
    second.map((certificate) => certificate.hosts),
    first.map((certificate) => certificate.hosts),
  )
  for (const [i, { cert, notAfter }] of second.entries()) {
    assert.notEqual(cert, first[i]!.cert)
    assert.ok(notAfter > first[i]!.notAfter)
  }
})

test('tells the operator when the authority was replaced, since clients must trust the new one', async (t) => {
  const folder = temporaryFolder(t)
  await open(t, { folder })
  const { certificates, seen } = await open(t, { folder, hosts: [...hosts, 'app.example.org'] })
  assert.deepEqual(
    seen.errors.map(({ code }) => code),
    ['tls.authority-replaced'],
  )
  assert.equal(certificates.current().length, 3)
})

test('serves the operator’s files for every host and makes no authority for them', async (t) => {
  const elsewhere = temporaryFolder(t)
  openAuthority(elsewhere, Date.now, hosts)
  const pair = certify(signerOf(elsewhere), { hosts })
  const config = { issuer: 'files', cert: join(elsewhere, 'cert.pem'), key: join(elsewhere, 'key.pem') } as const
  writeFileSync(config.cert, pair.cert)
  writeFileSync(config.key, pair.key)
  const folder = temporaryFolder(t)
  const { certificates, seen } = await open(t, { config, folder })
  const [only, ...others] = certificates.current()
  assert.deepEqual([only?.hosts, only?.cert, only?.issuer, others], [hosts, pair.cert, 'files', []])
  assert.equal(certificates.ca(), null)
  assert.ok(!existsSync(join(folder, 'authority.pem')))
  const next = certify(signerOf(elsewhere), { hosts })
  writeFileSync(config.cert, next.cert)
  writeFileSync(config.key, next.key)
  await eventually('the change', () => seen.changes > 0)
  assert.equal(certificates.current()[0]?.cert, next.cert)
})

test('a thousand hosts have a certificate each within seconds the first time, and sooner after a restart', async (t) => {
  const folder = temporaryFolder(t)
  const many = Array.from({ length: 1_000 }, (_, i) => `site${i}.example.org`)
  const times: number[] = []
  for (const _ of ['first', 'again']) {
    const start = performance.now()
    const { certificates } = await open(t, { folder, hosts: many })
    times.push(Math.round(performance.now() - start))
    assert.equal(certificates.current().length, 1_000)
    certificates.close()
  }
  t.diagnostic(`1000 hosts: ${times[0]} ms the first time, ${times[1]} ms after a restart`)
  assert.ok(times[0]! < 10_000)
})
