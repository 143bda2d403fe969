import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { BrowserContext, Page, WebSocket } from 'playwright-core'
import { startNodeRed } from '../apps/node-red.ts'
import type { App } from '../apps/process.ts'
import { startTap, type Tap } from '../apps/tap.ts'
import { type Gate, startGate } from '../helpers/gate.ts'
import { screenshot, startBrowser, type TestBrowser } from './browser.ts'
import { ann, expectSignIn, setUp, signInFor, signOut } from './portal.ts'
import { asProgram } from './program.ts'

// Node-RED behind the gate. Its editor lives on one WebSocket, /comms.
let app: App
let tap: Tap
let gate: Gate
let browser: TestBrowser
let visitor: BrowserContext
let editor: Page
let comms: WebSocket

before(async () => {
  app = await startNodeRed()
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
  const page = await visitor.newPage()
  await page.goto(gate.app)
  await expectSignIn(page, gate.portal)
  await page.close()
})

test('refuses a WebSocket without a session with 401, and the application sees nothing of it', async () => {
  const { status } = await asProgram(`${gate.app}/comms`, {
    ca: gate.ca,
    headers: {
      origin: gate.app,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  })
  assert.equal(status, 401)
  assert.equal(tap.received().includes('/comms'), false)
})

test('makes the first administrator through the setup link', async () => {
  const owner = await browser.visitor()
  await setUp(await owner.newPage(), gate.setup)
  const { stdout, code } = await gate.cli(['user', 'list', '--json'])
  assert.equal(code, 0)
  assert.ok(stdout.includes(ann.email) && stdout.includes('admin'), stdout)
  await owner.close()
})

test('brings the browser to the page it wanted after signing in, with its WebSocket open', async () => {
  editor = await visitor.newPage()
  const [opened] = await Promise.all([
    editor.waitForEvent('websocket'),
    signInFor(editor, `${gate.app}/?from=a-bookmark`, gate.portal),
  ])
  comms = opened
  assert.equal(comms.url(), `${gate.app.replace('https:', 'wss:')}/comms`)
  await comms.waitForEvent('framereceived')
  await editor.locator('#red-ui-header-button-deploy').waitFor()
  await screenshot(editor, 'node-red-signed-in')
})

test('deploys a flow, and shows the state of its node as it comes over the WebSocket', async () => {
  await editor.keyboard.press('Control+i')
  const text = editor.locator('#red-ui-clipboard-dialog-import-text')
  await text.fill(JSON.stringify(flow))
  // The dialog looks at what it was given when a key is released.
  await text.press('End')
  await editor.locator('#red-ui-clipboard-dialog-ok').click()
  await editor.locator('#red-ui-workspace-tabs').getByText('A flow of a test').click()
  await editor.locator('#red-ui-header-button-deploy').click()
  await editor.locator('.red-ui-flow-node-status-label', { hasText: 'seen 71' }).waitFor()
  await screenshot(editor, 'node-red-deployed')
})

test('closes the open WebSocket within a second of signing out, and does not let it back in', async () => {
  const page = await visitor.newPage()
  const [closed, retried, signedOut] = await Promise.all([
    comms.waitForEvent('close').then(() => Date.now()),
    editor.waitForEvent('websocket').then((retry) => retry.waitForEvent('socketerror')),
    signOut(page, gate.portal).then(() => Date.now()),
  ])
  assert.ok(closed - signedOut < 1000, `it closed ${closed - signedOut} ms after signing out`)
  // The editor tries again by itself.
  assert.match(retried, /401|HTTP Authentication failed/)
  await screenshot(editor, 'node-red-signed-out')
  await editor.reload()
  await expectSignIn(editor, gate.portal)
})

test('never shows the application a cookie of the gate', () => {
  assert.match(tap.received(), /GET \/comms HTTP\/1\.1\r\n/)
  assert.doesNotMatch(tap.received(), /__Host-|castellan-(?:portal|session)/i)
})

const flow = [
  { id: 'tab', type: 'tab', label: 'A flow of a test' },
  {
    id: 'inject',
    type: 'inject',
    z: 'tab',
    once: true,
    onceDelay: 0.1,
    repeat: '1',
    props: [{ p: 'payload' }],
    payload: '71',
    payloadType: 'num',
    x: 120,
    y: 80,
    wires: [['function']],
  },
  {
    id: 'function',
    type: 'function',
    z: 'tab',
    func: "node.status({ text: 'seen ' + msg.payload })",
    outputs: 0,
    x: 320,
    y: 80,
    wires: [],
  },
]
