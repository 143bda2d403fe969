import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { refusalHeaders, refusalPage } from './refusal.ts'
import { STYLE } from './style.ts'

const refusal = { title: 'You may not open this page.', requestId: 'req-0123456789', status: 403 }

test('tells what happened, the request id, and what the operator can run', () => {
  const page = refusalPage({ ...refusal, advice: 'Ask for the role that it needs.' })
  assert.match(page, /<h1>You may not open this page\.<\/h1>/)
  assert.match(page, /<p>Ask for the role that it needs\.<\/p>/)
  assert.match(page, /<code>castellan explain req-0123456789<\/code>/)
  assert.match(page, /Refused · 403/)
  assert.match(refusalPage({ ...refusal, status: 502 }), /Not available · 502/)
})

test('shows every field as text', () => {
  const payload = `</title></style>"'><script>alert(1)</script>&amp;`
  const page = refusalPage({ title: payload, advice: payload, requestId: payload, status: 403 })
  assert.ok(!page.includes('<script'))
  assert.equal(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;amp;/g)?.length, 5)
})

test('its headers allow its own stylesheet and nothing else', () => {
  const csp = refusalHeaders[refusalHeaders.indexOf('content-security-policy') + 1]!
  const digest = createHash('sha256').update(STYLE).digest('base64')
  assert.ok(refusalPage(refusal).includes(`<style>${STYLE}</style>`))
  assert.ok(csp.includes(`default-src 'none'; style-src 'sha256-${digest}';`))
  assert.ok(refusalHeaders.every((text) => !/[\r\n]/.test(text)) && refusalHeaders.length % 2 === 0)
})
