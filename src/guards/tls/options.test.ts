import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { ConnectionOptions } from 'node:tls'
import { openAuthority } from './authority.ts'
import { certify, handshake, serve, signerOf, temporaryFolder } from './fixture.ts'

/** A listener with an ECDSA or an RSA certificate, and how a client that trusts it connects. */
async function listener(t: TestContext, rsaBits?: number) {
  const folder = temporaryFolder(t)
  const { path } = openAuthority(folder, Date.now, ['app.localhost'])
  const pair = certify(signerOf(folder), { hosts: ['app.localhost'], ...(rsaBits === undefined ? {} : { rsaBits }) })
  const port = await serve(t, pair)
  const client = { ca: readFileSync(path), servername: 'app.localhost' }
  return (options: ConnectionOptions) => handshake(port, { ...client, ...options })
}

test('speaks TLS 1.3 and TLS 1.2', async (t) => {
  const shake = await listener(t)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    assert.equal((await shake({ minVersion: version, maxVersion: version })).protocol, version)
  }
})

test('refuses TLS 1.0 and TLS 1.1, also to a client that takes everything', async (t) => {
  const shake = await listener(t)
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const offer = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' } as const
    await assert.rejects(shake(offer), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  }
})

for (const [kind, rsaBits] of [
  ['ECDSA', undefined],
  ['RSA', 2_048],
] as const) {
  const sound = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((name) => `ECDHE-${kind}-${name}`)
  const unsound = [
    `ECDHE-${kind}-AES128-SHA`,
    `ECDHE-${kind}-AES256-SHA384`,
    'AES128-GCM-SHA256',
    'DHE-RSA-AES128-GCM-SHA256',
  ]

  test(`agrees on each sound cipher of TLS 1.2 with an ${kind} certificate`, async (t) => {
    const shake = await listener(t, rsaBits)
    for (const ciphers of sound) {
      assert.equal((await shake({ maxVersion: 'TLSv1.2', ciphers })).cipher, ciphers)
    }
  })

  test(`refuses CBC, static RSA and finite-field key exchange with an ${kind} certificate`, async (t) => {
    const shake = await listener(t, rsaBits)
    for (const ciphers of unsound) {
      const offer = { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` } as const
      await assert.rejects(shake(offer), /handshake failure/, ciphers)
    }
  })
}

test('agrees on a key that a quantum computer can not find later, where the client can', async (t) => {
  const shake = await listener(t)
  assert.equal((await shake({ ecdhCurve: 'X25519MLKEM768' })).protocol, 'TLSv1.3')
  assert.equal((await shake({ ecdhCurve: 'P-256' })).protocol, 'TLSv1.3')
  await assert.rejects(shake({ ecdhCurve: 'P-521' }), /handshake failure/)
})

test('chooses HTTP/2 before HTTP/1.1, and neither for a client that speaks something else', async (t) => {
  const shake = await listener(t)
  assert.equal((await shake({ ALPNProtocols: ['http/1.1', 'h2'] })).alpn, 'h2')
  assert.equal((await shake({ ALPNProtocols: ['http/1.1'] })).alpn, 'http/1.1')
  await assert.rejects(shake({ ALPNProtocols: ['smtp'] }), { code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' })
})
