import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { createServer, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAuthority } from '../../src/guards/tls/authority.ts'
import { listen } from '../../src/guards/tls/fixture.ts'
import { ask, configuration } from '../faults/support.ts'
import { startUp } from '../helpers/gate.ts'
import { ensureDebian } from '../helpers/packages.ts'
import { acceptKey } from '../helpers/websocket-frames.ts'

/** An application over https whose certificate is of its own authority. */
async function startApplication(t: Parameters<typeof listen>[0], folder: string): Promise<string> {
  const { cert, key } = openAuthority(folder, Date.now, ['localhost']).issue(['localhost'])
  const server = createServer({ cert, key }, (_request, response) => response.end('over https'))
  return `https://localhost:${await listen(t, server)}`
}

test('an https upstream is verified with the authority that the route names', {
  timeout: 60_000,
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'castellan-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const origin = await startApplication(t, join(data, 'application'))
  {
    await using gate = await startUp(configuration(origin, { route: ', ca: application/ca.pem' }), data)
    const answer = await ask(gate)
    assert.deepEqual([answer.status, answer.body], [200, 'over https'])
  }
  await using without = await startUp(configuration(origin), data)
  assert.equal((await ask(without)).status, 502)
})

/** A certificate for addresses alone, signed by itself. */
function certificateFor(folder: string, addresses: string): { cert: Buffer; key: Buffer } {
  const [key, cert] = [join(folder, 'address.key'), join(folder, 'address.pem')]
  const openssl = ensureDebian('openssl', 'openssl')
  const { status, stderr } = spawnSync(
    openssl,
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=test',
    ].concat(['-addext', `subjectAltName=${addresses}`, '-keyout', key, '-out', cert]),
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, stderr)
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

/** Status of the answer to a WebSocket's handshake through the gate. */
function shakeHands(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const host = `app.localhost:${port}`
  const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const key = Buffer.alloc(16, 7).toString('base64')
  const headers = { host, origin: `https://${host}`, ...handshake, 'sec-websocket-key': key }
  const outgoing = request({ host: '127.0.0.1', port, servername: 'app.localhost', rejectUnauthorized: false, headers })
  outgoing.once('upgrade', (answer, socket) => {
    socket.destroy()
    resolve(answer.statusCode ?? 0)
  })
  outgoing.once('response', (answer) => resolve(answer.statusCode ?? 0))
  outgoing.once('error', reject)
  outgoing.end()
  return promise
}

for (const [addresses, verdict] of [
  ['IP:127.0.0.1', { page: 200, handshake: 101 }],
  ['IP:127.0.0.9,DNS:app.localhost', { page: 502, handshake: 502 }],
] as const) {
  test(`an https upstream that is named by its address must hold it: ${addresses} gives ${verdict.page}`, {
    timeout: 60_000,
  }, async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'castellan-'))
    t.after(() => rmSync(data, { recursive: true, force: true }))
    const server = createServer(certificateFor(data, addresses), (_request, response) => response.end('by address'))
    server.on('upgrade', ({ headers }, socket) => {
      const accept = acceptKey(headers['sec-websocket-key'] ?? '')
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      )
    })
    const origin = `https://127.0.0.1:${await listen(t, server)}`
    await using gate = await startUp(configuration(origin, { route: ', ca: address.pem' }), data)
    assert.equal((await ask(gate)).status, verdict.page)
    assert.equal(await shakeHands(gate.port), verdict.handshake)
  })
}

/** Status of the answer at a site; the body may go on. */
function statusAt(port: number, name: string, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { host: `${name}:${port}` }
  const outgoing = request({ host: '127.0.0.1', port, servername: name, rejectUnauthorized: false, headers, path })
  outgoing.once('response', (answer) => {
    answer.resume()
    answer.once('error', () => undefined)
    resolve(answer.statusCode ?? 0)
  })
  outgoing.once('error', reject)
  outgoing.end()
  return promise
}

test('sites share an https address: one connection serves them in turn, and a stream of one keeps no other waiting', {
  timeout: 60_000,
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'castellan-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const server = createSecureServer({ ...certificateFor(data, 'IP:127.0.0.1'), allowHTTP1: true })
  const opened: unknown[] = []
  server.on('secureConnection', ({ servername, alpnProtocol }) => opened.push({ servername, alpnProtocol }))
  server.on('request', ({ url }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (url === '/stream') response.write('data: 1\n\n')
    else response.end()
  })
  const route = `upstream: "https://127.0.0.1:${await listen(t, server)}", ca: address.pem, timeout: 3s`
  const sites = ['one', 'two'].map((name) => {
    return `  - host: ${name}.localhost\n    routes: [{ path: /, ${route} }]\n    access: [{ allow: public }]\n`
  })
  const top = 'portal: https://auth.localhost:PORT\nlisten: ["127.0.0.1:PORT"]\nedges: 1\nproofs: { every: 12h }\n'
  await using gate = await startUp(`${top}sites:\n${sites.join('')}`, data)
  const at = (name: string, path = '/') => statusAt(gate.port, `${name}.localhost`, path)
  for (const name of ['one', 'two', 'one', 'two']) assert.equal(await at(name), 200)
  assert.deepEqual(opened, [{ servername: false, alpnProtocol: 'http/1.1' }])
  assert.equal(await at('one', '/stream'), 200)
  assert.equal(await at('two'), 200)
})
