import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CastellanError } from '../../kernel/errors.ts'
import { openAuthority } from './authority.ts'
import { openFiles } from './files.ts'
import { certify, DAY, eventually, signerOf, temporaryFolder } from './fixture.ts'
import type { Pair } from './pair.ts'
import * as x509 from './x509.ts'

const HOUR = 3_600_000

function scene(t: TestContext) {
  const folder = temporaryFolder(t)
  openAuthority(folder, Date.now, ['app.example.org', '192.0.2.7'])
  const signer = signerOf(folder)
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const seen: Pair[] = []
  const errors: CastellanError[] = []
  const put = (pair: { cert: string; key: string }) => {
    writeFileSync(cert, pair.cert)
    writeFileSync(key, pair.key)
    return pair
  }
  const open = ({ hosts = ['app.example.org'], everyMs = HOUR, clock = Date.now } = {}) => {
    const config = { issuer: 'files', cert, key } as const
    const files = openFiles({
      config,
      hosts,
      clock,
      everyMs,
      onChange: (pair) => seen.push(pair),
      onError: (error) => errors.push(error),
    })
    t.after(files.close)
    return files
  }
  const good = (hosts = ['app.example.org']) => certify(signer, { hosts })
  return { folder, signer, cert, key, seen, errors, put, open, good }
}

type Scene = ReturnType<typeof scene>

const bad: [name: string, arrange: (s: Scene) => void, code: string, message: RegExp][] = [
  [
    'a certificate that is not there',
    ({ cert }) => renameSync(cert, `${cert}.old`),
    'tls.unreadable',
    /the certificate .*cert\.pem can't be read: ENOENT/,
  ],
  [
    'a key that is not there',
    ({ key }) => renameSync(key, `${key}.old`),
    'tls.unreadable',
    /the private key .*key\.pem can't be read/,
  ],
  [
    'a file that is no certificate',
    ({ cert }) => writeFileSync(cert, 'hello'),
    'tls.certificate',
    /cert\.pem holds no certificate in PEM form/,
  ],
  [
    'a certificate that is cut off',
    ({ cert }) => writeFileSync(cert, readFileSync(cert, 'utf8').replace(/\n.{64}\n/, '\n')),
    'tls.certificate',
    /certificate 1 in .*cert\.pem can't be parsed/,
  ],
  ['a file that is no key', ({ key }) => writeFileSync(key, 'hello'), 'tls.key', /key\.pem holds no private key/],
  ['a key with a passphrase', encryptKey, 'tls.key', /key\.pem is encrypted: write it without a passphrase/],
  [
    'the key of another certificate',
    ({ key, good }) => writeFileSync(key, good().key),
    'tls.key-mismatch',
    /the key in .*key\.pem is not that of the first certificate in .*cert\.pem/,
  ],
  [
    'an RSA key of 1024 bits',
    ({ put, signer }) => put(certify(signer, { hosts: ['app.example.org'], rsaBits: 1_024 })),
    'tls.key',
    /RSA key of 1024 bits; 2048 is the least/,
  ],
  [
    'an expired certificate',
    ({ put, signer }) => put(certify(signer, { hosts: ['app.example.org'], notAfter: Date.now() - HOUR })),
    'tls.expired',
    /cert\.pem expired at 20/,
  ],
  [
    'a certificate of the future',
    ({ put, signer }) => put(certify(signer, { hosts: ['app.example.org'], notBefore: Date.now() + HOUR })),
    'tls.not-yet-valid',
    /cert\.pem is valid from 20/,
  ],
  [
    'a certificate for another host',
    ({ put, good }) => put(good(['other.example.org'])),
    'tls.host',
    /cert\.pem is not for app\.example\.org; it is for DNS:other\.example\.org/,
  ],
  [
    'a host in the common name only',
    ({ put, signer }) => put(certify(signer, { hosts: [], subject: 'app.example.org', extensions: [x509.serverAuth] })),
    'tls.host',
    /it is for no name/,
  ],
  [
    'a chain out of order',
    ({ cert, good }) => writeFileSync(cert, readFileSync(cert, 'utf8') + good().cert),
    'tls.chain',
    /certificate 2 in .*cert\.pem did not issue the one before it/,
  ],
]

for (const [name, arrange, code, message] of bad) {
  test(`does not start with ${name}, and names the file and the reason`, (t) => {
    const s = scene(t)
    s.put(s.good())
    arrange(s)
    assert.throws(() => s.open(), { code, message })
  })
}

function encryptKey({ key }: Scene): void {
  const plain = createPrivateKey(readFileSync(key))
  writeFileSync(key, plain.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }))
}

test('takes a certificate with its chain, a wildcard, and one for an address', (t) => {
  const s = scene(t)
  const authority = readFileSync(join(s.folder, 'ca.pem'), 'utf8')
  const pair = s.good(['*.example.org', '192.0.2.7'])
  s.put({ ...pair, cert: `subject=Test\n${pair.cert}\n${authority}` })
  const { cert } = s.open({ hosts: ['app.example.org', '192.0.2.7'] }).current()
  assert.equal(cert, pair.cert + authority)
  assert.throws(() => s.open({ hosts: ['deep.app.example.org'] }), { code: 'tls.host' })
})

test('takes up new files that are renamed onto the old ones, without waiting for the next look', async (t) => {
  const s = scene(t)
  s.put(s.good())
  const files = s.open()
  const next = s.good()
  for (const [file, text] of [
    [s.cert, next.cert],
    [s.key, next.key],
  ] as const) {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  await eventually('the new pair', () => s.seen.length > 0)
  assert.equal(files.current().cert, next.cert)
  assert.equal(files.current().key, next.key)
  assert.deepEqual(s.errors, [])
})

test('takes up a pair that lies behind symbolic links, when the links are turned as certbot does', async (t) => {
  const s = scene(t)
  const archive = join(s.folder, 'archive')
  mkdirSync(archive)
  const turn = (number: number, pair: { cert: string; key: string }) => {
    for (const part of ['cert', 'key'] as const) {
      writeFileSync(join(archive, `${part}${number}.pem`), pair[part])
      symlinkSync(join('archive', `${part}${number}.pem`), `${s[part]}.link`)
      renameSync(`${s[part]}.link`, s[part])
    }
  }
  turn(1, s.good())
  const files = s.open()
  const next = s.good()
  turn(2, next)
  await eventually('the new pair', () => s.seen.length > 0)
  assert.equal(files.current().cert, next.cert)
})

test('finds a change that no watch tells of at the next look', async (t) => {
  const s = scene(t)
  const elsewhere = temporaryFolder(t)
  const next = s.good()
  for (const part of ['cert', 'key'] as const) symlinkSync(join(elsewhere, part), s[part])
  s.put(s.good())
  const files = s.open({ everyMs: 50 })
  writeFileSync(join(elsewhere, 'cert'), next.cert)
  writeFileSync(join(elsewhere, 'key'), next.key)
  await eventually('the new pair', () => s.seen.length > 0)
  assert.equal(files.current().cert, next.cert)
})

test('keeps the old pair when the new one is bad, says why once, and takes the next good one', async (t) => {
  const s = scene(t)
  const first = s.put(s.good())
  const files = s.open({ everyMs: 50 })
  writeFileSync(s.key, s.good().key)
  await eventually('the error', () => s.errors.length > 0)
  await sleep(300)
  assert.deepEqual(
    s.errors.map(({ code }) => code),
    ['tls.key-mismatch'],
  )
  assert.match(s.errors[0]!.message, /the key in .*key\.pem is not that/)
  assert.equal(files.current().cert, first.cert)
  assert.deepEqual(s.seen, [])
  const second = s.put(s.good())
  await eventually('the next pair', () => s.seen.length > 0)
  assert.equal(files.current().cert, second.cert)
})

test('warns when the files were not renewed fourteen days before their end', async (t) => {
  const s = scene(t)
  s.put(s.good())
  let now = Date.now()
  s.open({ everyMs: 20, clock: () => now })
  await sleep(100)
  assert.deepEqual(s.errors, [])
  now += 17 * DAY
  await eventually('the warning', () => s.errors.length > 0)
  assert.deepEqual(
    s.errors.map(({ code }) => code),
    ['tls.expires'],
  )
})
