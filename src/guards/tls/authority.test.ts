import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ensureDebian } from '../../../test/helpers/packages.ts'
import { openAuthority } from './authority.ts'
import { permittedNames } from './constraints.ts'
import { certify, DAY, handshake, serve, signerOf, temporaryFolder } from './fixture.ts'
import * as x509 from './x509.ts'

const names = ['app.localhost', 'auth.localhost']

test('Node accepts a site certificate over a real connection when it trusts the authority, and not otherwise', async (t) => {
  const authority = openAuthority(temporaryFolder(t), Date.now, names)
  const port = await serve(t, authority.issue(['app.localhost']))
  const ca = readFileSync(authority.path)
  const seen = await handshake(port, { servername: 'app.localhost', ca })
  assert.equal(seen.certificate.subjectaltname, 'DNS:app.localhost')
  await assert.rejects(handshake(port, { servername: 'app.localhost' }), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  await assert.rejects(handshake(port, { servername: 'auth.localhost', ca }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})

test('openssl accepts the chain in strict mode, for host names, IPv4 and IPv6', (t) => {
  const folder = temporaryFolder(t)
  const authority = openAuthority(folder, Date.now, [...names, 'app.example.org', '192.0.2.7', '2001:db8::7'])
  for (const host of ['app.localhost', 'app.example.org', '192.0.2.7', '2001:db8::7']) {
    authority.issue([host])
    const option = /^[\d.]+$|:/.test(host) ? '-verify_ip' : '-verify_hostname'
    assert.match(verify(authority.path, join(folder, 'sites', `${host}.pem`), option, host), /: OK/)
  }
})

const outside: [name: string, served: string[], wanted: string][] = [
  ['a host outside of the constraints', names, 'bank.example.com'],
  ['the parent of a permitted host', ['app.example.org'], 'example.org'],
  ['a sibling of a permitted host', ['app.example.org'], 'mail.example.org'],
  ['a host that only ends like a permitted one', ['app.example.org'], 'evilapp.example.org'],
  ['an IPv4 address when only names are permitted', names, '192.0.2.7'],
  ['an IPv6 address when only names are permitted', names, '2001:db8::7'],
  ['another address than the permitted one', ['192.0.2.7'], '192.0.2.8'],
  ['an IPv6 address when only an IPv4 address is permitted', ['192.0.2.7'], '2001:db8::7'],
  ['a host when only addresses are permitted', ['192.0.2.7'], 'app.localhost'],
]

for (const [name, served, wanted] of outside) {
  test(`openssl and Node refuse a certificate that the stolen key signs for ${name}`, async (t) => {
    const folder = temporaryFolder(t)
    const authority = openAuthority(folder, Date.now, served)
    const stolen = certify(signerOf(folder), { hosts: [wanted] })
    const file = join(folder, 'stolen.pem')
    writeFileSync(file, stolen.cert)
    assert.match(verify(authority.path, file), /permitted subtree violation|excluded subtree violation/)
    const port = await serve(t, stolen)
    const client = { ca: readFileSync(authority.path), checkServerIdentity: () => undefined }
    await assert.rejects(handshake(port, client), { message: /^(permitted|excluded) subtree violation$/ })
  })
}

test('openssl refuses what an authority below the first would sign', (t) => {
  const folder = temporaryFolder(t)
  const authority = openAuthority(folder, Date.now, names)
  const signer = signerOf(folder)
  const below = certify(signer, {
    hosts: [],
    subject: 'Below',
    extensions: [x509.certificateAuthority, x509.signsCertificates],
  })
  const belowSigner = { ...signer, name: 'Below', key: createPrivateKey(below.key) }
  const leaf = certify(belowSigner, { hosts: ['app.localhost'], extensions: [x509.subjectAltName(['app.localhost'])] })
  const [belowFile, leafFile] = [join(folder, 'below.pem'), join(folder, 'leaf.pem')]
  writeFileSync(belowFile, below.cert)
  writeFileSync(leafFile, leaf.cert)
  const arguments_ = ['verify', '-CAfile', authority.path, '-untrusted', belowFile, leafFile]
  assert.match(openssl(...arguments_), /path length constraint exceeded/)
})

test('openssl takes its certificates for TLS servers only, not for mail or for clients', (t) => {
  const folder = temporaryFolder(t)
  const authority = openAuthority(folder, Date.now, names)
  authority.issue(['app.localhost'])
  const file = join(folder, 'sites', 'app.localhost.pem')
  assert.match(verify(authority.path, file, '-purpose', 'sslserver'), /: OK/)
  for (const purpose of ['smimesign', 'sslclient']) {
    assert.match(verify(authority.path, file, '-purpose', purpose), /unsuitable certificate purpose/i)
  }
})

test('keeps its key and its certificates from other users, and shows its own certificate to all', (t) => {
  const folder = temporaryFolder(t)
  const authority = openAuthority(folder, Date.now, names)
  authority.issue(['app.localhost'])
  const mode = (...path: string[]) => (statSync(join(folder, ...path)).mode & 0o777).toString(8)
  assert.equal(mode('authority.pem'), '600')
  assert.equal(mode('sites'), '700')
  assert.equal(mode('sites', 'app.localhost.pem'), '600')
  assert.equal(mode('ca.pem'), '644')
  assert.doesNotMatch(readFileSync(authority.path, 'utf8'), /PRIVATE KEY/)
  assert.deepEqual(readdirSync(folder).sort(), ['authority.pem', 'ca.pem', 'sites'])
})

test('gives back the same authority and the same certificate after a restart', (t) => {
  const folder = temporaryFolder(t)
  const open = () => openAuthority(folder, Date.now, names)
  const first = open()
  const [ca, issued] = [readFileSync(first.path, 'utf8'), first.issue(['app.localhost'])]
  const second = open()
  const again = second.issue(['app.localhost'])
  assert.equal(readFileSync(second.path, 'utf8'), ca)
  assert.deepEqual([again.cert, again.key], [issued.cert, issued.key])
})

test('renews a certificate after two thirds of its ninety days, and not before', (t) => {
  let now = Date.now()
  const authority = openAuthority(temporaryFolder(t), () => now, names)
  const first = authority.issue(['app.localhost'])
  now += 58 * DAY
  assert.equal(authority.issue(['app.localhost']).cert, first.cert)
  now += 2.1 * DAY
  const second = authority.issue(['app.localhost'])
  assert.notEqual(second.cert, first.cert)
  assert.notEqual(second.key, first.key)
  assert.ok(second.notAfter - now <= 90 * DAY)
})

test('makes a new authority with a new key when a name comes that the constraints do not allow, and keeps the old certificate', (t) => {
  const folder = temporaryFolder(t)
  const first = openAuthority(folder, Date.now, names)
  const [oldCa, oldKey] = [readFileSync(first.path, 'utf8'), signerOf(folder).keyId]
  const same = openAuthority(folder, Date.now, ['third.localhost'])
  assert.equal(same.replaced, undefined)
  assert.equal(readFileSync(same.path, 'utf8'), oldCa)
  const next = openAuthority(folder, Date.now, [...names, 'app.example.org'])
  assert.equal(readFileSync(next.replaced!, 'utf8'), oldCa)
  assert.notDeepEqual(signerOf(folder).keyId, oldKey)
  assert.notEqual(readFileSync(next.path, 'utf8'), oldCa)
  assert.equal(openAuthority(folder, Date.now, ['app.example.org']).replaced, undefined)
})

test('replaces a stored certificate that is damaged, of another authority or for another host', (t) => {
  const folder = temporaryFolder(t)
  const authority = openAuthority(folder, Date.now, names)
  const file = join(folder, 'sites', 'app.localhost.pem')
  const foreign = temporaryFolder(t)
  openAuthority(foreign, Date.now, names).issue(['app.localhost'])
  const other = authority.issue(['auth.localhost'])
  const stored = [
    '',
    'nonsense',
    other.key + other.cert,
    readFileSync(join(foreign, 'sites', 'app.localhost.pem'), 'utf8'),
  ]
  for (const text of stored) {
    writeFileSync(file, text)
    const { cert } = authority.issue(['app.localhost'])
    const leaf = new X509Certificate(cert)
    assert.equal(leaf.checkHost('app.localhost'), 'app.localhost')
    assert.ok(leaf.verify(signerOf(folder).certificate.publicKey))
  }
})

test('does not start with a damaged authority, or one whose key others may read', (t) => {
  const folder = temporaryFolder(t)
  const open = () => openAuthority(folder, Date.now, names)
  open()
  const file = join(folder, 'authority.pem')
  chmodSync(file, 0o640)
  assert.throws(open, { code: 'tls.key-mode', message: `${file} may be read by others than its owner` })
  chmodSync(file, 0o600)
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 300))
  assert.throws(open, { code: 'tls.authority' })
  assert.ok(existsSync(file))
})

test('permits localhost as a whole, other names exactly, and no name twice', () => {
  assert.deepEqual(permittedNames(['app.localhost', 'auth.localhost']), ['localhost'])
  assert.deepEqual(permittedNames(['a.example.org', 'b.example.org']), ['a.example.org', 'b.example.org'])
  assert.deepEqual(permittedNames(['a.example.org', 'example.org', '192.0.2.7']), ['example.org', '192.0.2.7'])
})

function verify(ca: string, file: string, ...options: string[]): string {
  return openssl('verify', '-x509_strict', '-CAfile', ca, ...options, file)
}

function openssl(...options: string[]): string {
  const { stdout, stderr } = spawnSync(ensureDebian('openssl', 'openssl'), options, { encoding: 'utf8' })
  return stdout + stderr
}
