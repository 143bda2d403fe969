import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { createSample } from './server.ts'

const server = createSample()
let url = ''

before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  url = `http://127.0.0.1:${address.port}`
})

after(() => {
  server.closeAllConnections()
  server.close()
})

test('shows the headers that arrived, and no markup that a header carries', async () => {
  const response = await fetch(url, { headers: { 'x-note': '<script>alert(1)</script>' } })
  const html = await response.text()
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.ok(html.includes('<dt>x-note</dt><dd>&lt;script&gt;alert(1)&lt;/script&gt;</dd>'))
})

test('keeps a note until an administrator deletes all', async () => {
  const added = await fetch(`${url}/notes`, {
    method: 'POST',
    body: new URLSearchParams({ note: 'milk & <b>bread</b>' }),
  })
  assert.ok((await added.text()).includes('<li>milk &amp; &lt;b&gt;bread&lt;/b&gt;</li>'))
  const cleared = await fetch(`${url}/admin/clear`, { method: 'POST' })
  assert.equal(new URL(cleared.url).pathname, '/admin')
  assert.ok((await cleared.text()).includes('0 notes'))
})

test('refuses a form that is larger than a note can be', async () => {
  const response = await fetch(`${url}/notes`, {
    method: 'POST',
    body: new URLSearchParams({ note: 'x'.repeat(900_000) }),
  })
  assert.equal(response.status, 413)
})

test('answers an upload with its size and SHA-256', async () => {
  const bytes = randomBytes(3_000_000)
  const response = await fetch(`${url}/upload`, { method: 'POST', body: bytes })
  assert.deepEqual(await response.json(), { size: 3_000_000, sha256: createHash('sha256').update(bytes).digest('hex') })
})

test('sends the live counter as server-sent events', async () => {
  const response = await fetch(`${url}/events`)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const reader = response.body?.getReader()
  const first = await reader?.read()
  assert.match(Buffer.from(first?.value ?? []).toString(), /^data: \{"uptime":\d+,"requests":\d+\}\n\n$/)
  await reader?.cancel()
})

test('answers HEAD, its health, and 404 for what it does not have', async () => {
  assert.equal((await fetch(url, { method: 'HEAD' })).status, 200)
  assert.deepEqual(await (await fetch(`${url}/health`)).json(), { status: 'ok' })
  assert.equal((await fetch(`${url}/nothing`)).status, 404)
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 404)
})

test('goes on after a request target that is no path', async () => {
  assert.equal((await fetch(`${url}//`)).status, 404)
  assert.equal((await fetch(`${url}/health`)).status, 200)
})
