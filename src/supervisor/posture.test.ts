import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PostureConfig } from '../config/posture-schema.ts'
import { openPostureDoor } from './posture.ts'

const folder = mkdtempSync(join(tmpdir(), 'castellan-door-'))
writeFileSync(join(folder, 'compose.yaml'), 'services: { app: { image: "loomio/loomio:v3.0.20" } }\n')
const SETTINGS: PostureConfig = { guide: 'loomio', folder, docker: false, host: false, every: 3_600_000 }
const socket = join(folder, 'door.sock')
let settings: PostureConfig | undefined = SETTINGS
const door = await openPostureDoor({ path: socket, user: null, settings: () => settings })

after(() => {
  door.close()
  rmSync(folder, { recursive: true })
})

async function dial(): Promise<Socket> {
  const asking = connect(socket)
  await once(asking, 'connect')
  return asking
}

/** Resolves when the other side has hung up, however it did. */
function closed(asking: Socket): Promise<void> {
  return new Promise((resolve) =>
    asking
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume(),
  )
}

/** Process ids of the helpers that run. */
function helpers(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean)
  return children
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('helpers/posture/main'))
}

async function until(count: number): Promise<void> {
  for (let tries = 0; helpers().length !== count && tries < 100; tries++) await sleep(50)
  assert.equal(helpers().length, count)
}

async function answerTo(question: string): Promise<string> {
  const asking = await dial()
  let text = ''
  asking.on('data', (chunk) => {
    text += chunk
  })
  const ended = closed(asking)
  asking.write(`${question}\n`)
  await ended
  return text
}

test('each question starts a process, which ends with its answer', async () => {
  const { look } = JSON.parse(await answerTo('{"ask":"look"}'))
  assert.equal(look.guide, 'loomio')
  assert.ok(look.files.some(({ path }: { path: string }) => path === join(folder, 'compose.yaml')))
  await until(0)
  const files = [{ path: '/nowhere', size: -1, modified: -1 }]
  assert.deepEqual(JSON.parse(await answerTo(JSON.stringify({ ask: 'changed', files }))), { changed: false })
  await until(0)
})

test('who hangs up has given the answer up: its process is killed', async () => {
  const asking = await dial()
  await until(1)
  asking.destroy()
  await until(0)
})

test('a question that is none ends the process, and the door goes on', async () => {
  assert.equal(await answerTo('not JSON'), '')
  await until(0)
  assert.match(await answerTo('{"ask":"changed","files":[]}'), /false/)
})

test('processes are not piled up', async () => {
  const asking = [await dial(), await dial()]
  await until(2)
  assert.equal(await answerTo('{"ask":"look"}'), '')
  for (const one of asking) one.destroy()
  await until(0)
})

test('nothing is started without a posture section', async () => {
  settings = undefined
  const asking = await dial()
  await closed(asking)
  assert.deepEqual(helpers(), [])
  settings = SETTINGS
})

test('the socket is as open as its folder', () => {
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(socket).mode & 0o777, 0o600)
})
