import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { BrowserContext, Page, Response } from 'playwright-core'
import { type Hfs, startHfs } from '../apps/hfs.ts'
import { startTap, type Tap } from '../apps/tap.ts'
import { type Gate, startGate } from '../helpers/gate.ts'
import { screenshot, startBrowser, type TestBrowser } from './browser.ts'
import { expectSignIn, setUp, signInFor, signOut } from './portal.ts'
import { asProgram } from './program.ts'

// HFS behind the gate: a file server where everybody who gets through may upload.
let app: Hfs
let tap: Tap
let gate: Gate
let browser: TestBrowser
let visitor: BrowserContext
let page: Page

const bytes = randomBytes(5_000_000)

before(async () => {
  app = await startHfs()
  tap = await startTap(app.url)
  gate = await startGate({ upstream: tap.url })
  browser = await startBrowser({ ca: gate.ca })
  visitor = await browser.visitor()
})

after(async () => {
  await browser?.close()
  await gate?.[Symbol.asyncDispose]()
  await tap?.close()
  await app?.close()
})

test('leads a browser without a session to the sign-in page', async () => {
  page = await visitor.newPage()
  await page.goto(gate.app)
  await expectSignIn(page, gate.portal)
})

test('refuses an upload without a session with 401, and nothing of it arrives', async () => {
  const { status } = await asProgram(`${gate.app}/stranger.bin`, {
    ca: gate.ca,
    method: 'PUT',
    // Without it the connection may close under the body before the answer is read.
    headers: { origin: gate.app, 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', expect: '100-continue' },
    body: bytes,
  })
  assert.equal(status, 401)
  assert.deepEqual(readdirSync(app.files), [])
  assert.doesNotMatch(tap.received(), /stranger\.bin|PUT /)
})

test('takes an upload of 5 MB from a signed-in browser, byte for byte', async () => {
  const owner = await browser.visitor()
  await setUp(await owner.newPage(), gate.setup)
  await owner.close()
  await signInFor(page, `${gate.app}/?search=`, gate.portal)
  const response = await upload('bytes.bin')
  assert.equal(response.status(), 200)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByRole('link', { name: 'bytes.bin' }).waitFor()
  assert.ok(readFileSync(join(app.files, 'bytes.bin')).equals(bytes), 'the file differs')
  await screenshot(page, 'hfs-uploaded')
})

test('gives the same bytes back as a download', async () => {
  await page.getByRole('link', { name: 'bytes.bin' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download', exact: true }).click(),
  ])
  assert.ok(readFileSync(await download.path()).equals(bytes), 'the file differs')
})

test('refuses the next upload of a page that is still open after signing out elsewhere', async () => {
  const other = await visitor.newPage()
  await signOut(other, gate.portal)
  const status = await page.evaluate(async () => {
    const response = await fetch('/after.bin', { method: 'PUT', body: new Uint8Array(1_000_000) })
    return response.status
  })
  assert.equal(status, 401)
  assert.equal(existsSync(join(app.files, 'after.bin')), false)
  assert.doesNotMatch(tap.received(), /after\.bin/)
  await screenshot(page, 'hfs-signed-out')
  await page.reload()
  await expectSignIn(page, gate.portal)
})

test('never shows the application a cookie of the gate', () => {
  assert.match(tap.received(), /PUT \/bytes\.bin/)
  assert.doesNotMatch(tap.received(), /__Host-|castellan-(?:portal|session)/i)
})

/** Uploads with HFS's own page, and returns what its PUT was answered with. */
async function upload(name: string): Promise<Response> {
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Pick files' }).click(),
  ])
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes })
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'PUT'),
    page.getByRole('button', { name: /^Send/ }).click(),
  ])
  return response
}
