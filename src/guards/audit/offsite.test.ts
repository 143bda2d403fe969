import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../../kernel/errors.ts'
import { checkpointHash } from './checkpoint.ts'
import { auditScene, someBatches } from './scene.ts'
import { verifyAudit } from './verify.ts'
import { checkpointsIn } from './witness.ts'

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass within ten seconds')
    await delay(10)
  }
}

async function webhook(t: TestContext, answer: () => number | undefined): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = []
  const server: Server = createServer(async (request, response) => {
    const body = await text(request)
    const status = answer()
    if (status === undefined) return
    if (status === 204) bodies.push(body)
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies }
}

test('adds a line to a file elsewhere, which verifies the log', async (t) => {
  const scene = await auditScene(t)
  const checkpointTo = join(scene.place, 'mount', 'checkpoints.jsonl')
  await mkdir(join(scene.place, 'mount'))
  const log = await scene.open({ checkpointTo, checkpointEveryMs: 1 })
  for (const batch of someBatches(20)) {
    await log.append(batch)
    await delay(5)
  }
  await log.close()
  const { checkpoints } = checkpointsIn(await readFile(checkpointTo, 'utf8'))
  assert.ok(checkpoints.length > 3)
  assert.equal(checkpoints.at(-1)?.size, 21)
  assert.equal((await verifyAudit({ folder: scene.folder, checkpoint: checkpointTo })).state, 'holds')
})

test('sends at most one checkpoint in the time between two, and always the newest', async (t) => {
  const scene = await auditScene(t)
  const { url, bodies } = await webhook(t, () => 204)
  const log = await scene.open({ checkpointTo: url, checkpointEveryMs: 60_000 })
  for (const batch of someBatches(100)) await log.append(batch)
  await until(() => bodies.length > 0)
  await log.close()
  const sizes = bodies.map((body) => JSON.parse(body).checkpoint.size)
  assert.equal(sizes.length, 2)
  assert.equal(sizes[1], 101)
})

test('never lets a place that hangs hold up an entry, and keeps one checkpoint for it, however many come', async (t) => {
  const scene = await auditScene(t)
  const { url } = await webhook(t, () => undefined)
  const log = await scene.open({ checkpointTo: url, checkpointEveryMs: 1 })
  const started = performance.now()
  for (const batch of someBatches(200)) await log.append(batch)
  assert.ok(performance.now() - started < 5_000)
  assert.equal(log.status().offsite?.delivered, undefined)
  const closing = performance.now()
  await log.close()
  assert.ok(performance.now() - closing < 5_000)
})

test('tries again until the place answers, says what is wrong meanwhile, and then has missed nothing', async (t) => {
  const scene = await auditScene(t)
  let status = 503
  const { url, bodies } = await webhook(t, () => status)
  const errors: unknown[] = []
  const onError = (error: Error) => errors.push(error)
  const log = await scene.open({ checkpointTo: url, checkpointEveryMs: 1, checkpointRetryMs: 10, onError })
  await log.append([{ event: 'a.b' }])
  await until(() => (log.status().offsite?.failures ?? 0) > 2)
  assert.equal(log.status().offsite?.lastError, 'answered 503')
  assert.equal(errorCode(errors[0]), 'audit.checkpoint-undelivered')
  const { checkpoint } = await log.append([{ event: 'a.b' }])
  status = 204
  await until(() => bodies.length > 0)
  assert.equal(JSON.parse(bodies[0]!).checkpoint.signature, checkpoint.signature)
  await until(() => log.status().offsite?.failures === 0)
  assert.equal(checkpointHash(log.status().offsite!.delivered!), checkpointHash(checkpoint))
})

test('waits for a mount that is away instead of writing onto the host, and says when it is the same device', async (t) => {
  const scene = await auditScene(t)
  const checkpointTo = join(scene.place, 'mount', 'checkpoints.jsonl')
  const log = await scene.open({ checkpointTo, checkpointEveryMs: 1, checkpointRetryMs: 10 })
  await log.append([{ event: 'a.b' }])
  await until(() => (log.status().offsite?.failures ?? 0) > 1)
  await mkdir(join(scene.place, 'mount'))
  await until(() => log.status().offsite?.delivered !== undefined)
  assert.equal(log.status().offsite?.sameDevice, true)
})
