import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFields, readForm } from './form.ts'

const bounds = { email: 10, password: 5 }
const FORM = 'application/x-www-form-urlencoded'

function request(body: string, type = FORM, headers: Record<string, string> = {}): Request {
  return new Request('https://auth.example.org/', {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...headers },
  })
}

test('reads fields, and takes what is missing as empty', () => {
  assert.deepEqual(readFields('email=a%40b+c', bounds), { email: 'a@b c', password: '' })
})

for (const [what, text] of [
  ['a field that is there twice', 'email=a&email=b'],
  ['a field that is there twice, once encoded', 'email=a&%65mail=b'],
  ['an unknown field', 'email=a&role=admin'],
  ['a field named like a property of objects', '__proto__=a'],
  ['a field that is too long', 'password=123456'],
  ['bytes that are not UTF-8', 'password=%ff'],
  ['a NUL', 'password=a%00b'],
] as const) {
  test(`refuses ${what}`, () => assert.throws(() => readFields(text, bounds), { code: 'portal.form' }))
}

for (const type of [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  '',
  `${FORM}; charset=utf-7`,
]) {
  test(`refuses a body of type ${JSON.stringify(type)}`, async () => {
    await assert.rejects(readForm(request('email=a', type), bounds), { code: 'portal.type' })
  })
}

test('takes the charset that some programs add', async () => {
  assert.equal((await readForm(request('email=a', `${FORM}; charset=UTF-8`), bounds)).email, 'a')
})

test('refuses an encoded body', async () => {
  await assert.rejects(readForm(request('email=a', FORM, { 'content-encoding': 'gzip' }), bounds), {
    code: 'portal.type',
  })
})

test('refuses raw bytes that a browser would have percent-encoded', async () => {
  await assert.rejects(readForm(request('email=\u00e9'), bounds), { code: 'portal.form' })
})

test('stops reading at 16 KiB, however much follows', async () => {
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += 1_024
      controller.enqueue(new Uint8Array(1_024).fill(97))
    },
  })
  const endless = new Request('https://auth.example.org/', {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': FORM },
  } as RequestInit)
  await assert.rejects(readForm(endless, bounds), { code: 'portal.size' })
  assert.ok(sent < 32_768, `${sent} bytes were taken`)
})
