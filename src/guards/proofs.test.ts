import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parsePolicy } from '../cli/load-policy.ts'
import { openAuditTrail } from '../control/audit-trail.ts'
import { Prover } from '../control/proofs/prover.ts'
import type { Proof } from '../kernel/proof.ts'
import { openStore } from '../store/database.ts'
import { foldersOf } from '../supervisor/folders.ts'
import { sabotage as access } from './access/scene.ts'
import { sabotage as accounts } from './accounts/scene.ts'
import { sabotage as audit } from './audit/scene.ts'
import { sabotage as clientAddress } from './client-address/scene.ts'
import { sabotage as headers } from './headers/scene.ts'
import { guards } from './index.ts'
import { freePort, SOUND, startApplication, startLive } from './live.ts'
import { sabotage as network } from './network/scene.ts'
import { sabotage as origin } from './origin/scene.ts'
import { sabotage as rateLimit } from './rate-limit/scene.ts'
import { sabotage as requestForm } from './request-form/scene.ts'
import { breakProgram, type Sabotage } from './sabotage.ts'
import { sabotage as sessions } from './sessions/scene.ts'
import { sabotage as tls } from './tls/scene.ts'

/** An installation in which every control has something to do. */
function configuration(place: {
  readonly port: number
  readonly http: number
  readonly upstream: string
  readonly elsewhere: string
}): string {
  const { port, http, upstream, elsewhere } = place
  return `
portal: https://auth.localhost:${port}
listen: ['127.0.0.1:${port}', '[::1]:${port}']
http: ['127.0.0.1:${http}']
edges: 2
network: { trusted-proxies: [192.0.2.0/28], deny: [10.9.0.0/16], allow: [10.0.0.0/8, 172.16.0.0/12] }
audit: { checkpoint-to: '${elsewhere}/checkpoints.jsonl' }
sites:
  - host: app.localhost
    routes: [{ path: /, upstream: '${upstream}' }]
    health: /health
    limits: { rate: 50/s, burst: 100 }
    access:
      - { path: /admin, allow: { role: admin, from: [10.0.0.0/8] } }
      - { path: /hook, methods: [POST], allow: public }
      - { path: /staff, allow: { role: staff } }
      - { path: /mine, allow: signed-in }
      - { path: /health, allow: public }
`
}

const EVERY_CONTROL = guards.flatMap(({ controls }) => controls.map(({ id }) => id)).sort()
const named = (proofs: readonly Proof[], state: Proof['state']) =>
  proofs.filter((proof) => proof.state === state).map(({ control }) => control)
const tell = (proofs: readonly Proof[], state: Proof['state']) =>
  proofs.filter((proof) => proof.state === state).map(({ control, observed }) => `${control}: ${observed}`)

describe('proofs of a real installation', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-proofs-'))
  const file = join(folder, 'castellan.yaml')
  // A file system of its own, as what lies beside the log proves nothing.
  const memory = await mkdtemp('/dev/shm/castellan-elsewhere-')
  const elsewhere = join(memory, 'elsewhere')
  await chmod(memory, 0o755)
  const data = join(folder, 'data')
  const older = join(folder, 'older')
  const application = await startApplication()
  const [port, http] = [await freePort(), await freePort()]
  await chmod(folder, 0o755)
  await mkdir(elsewhere)
  await chmod(elsewhere, 0o777)
  const yaml = configuration({ port, http, upstream: application.origin, elsewhere })
  await writeFile(file, yaml)
  after(async () => {
    await application[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
    await rm(memory, { recursive: true, force: true })
  })

  test('in a sound one', async (t) => {
    await using live = await startLive(SOUND, file, data)

    await t.test('every control holds, over every way in', async () => {
      await live.prove()
      await cp(join(data, 'audit'), older, { recursive: true })
      const proofs = await live.prove()
      assert.deepEqual([...tell(proofs, 'broken'), ...tell(proofs, 'unknown')], [])
      assert.deepEqual(named(proofs, 'holds').sort(), EVERY_CONTROL)
      const ways = ['h2', 'http/1.1', 'websocket'].flatMap((way) => [
        `https ${way} 127.0.0.1:${port}`,
        `https ${way} [::1]:${port}`,
      ])
      assert.deepEqual(proofs.find(({ control }) => control === 'access.sign-in')!.paths.toSorted(), ways.sort())
    })

    await t.test('a stranger who makes up a ticket is a stranger, and is told nothing of the verdict', async () => {
      const [asked] = (await once(
        request({
          host: '127.0.0.1',
          port,
          path: '/admin',
          servername: 'app.localhost',
          rejectUnauthorized: false,
          agent: false,
          headers: {
            host: `app.localhost:${port}`,
            'castellan-ticket': `${randomUUID()}.${randomBytes(32).toString('base64url')}`,
          },
        }).end(),
        'response',
      )) as [IncomingMessage]
      asked.resume()
      assert.equal(asked.statusCode, 403)
      assert.equal(asked.headers['castellan-reason'], undefined)
    })
  })

  test('the application was asked for its health, and for nothing else', () => {
    assert.ok(application.asked.length > 0)
    assert.deepEqual([...new Set(application.asked)], ['GET /health'])
  })

  /** The running code is broken in several places; the configuration and its schema stay as they are. */
  const broken = async (sabotages: readonly Sabotage[], where: string) => {
    await using program = await breakProgram(sabotages)
    await using live = await startLive(program.main, file, where)
    return await live.prove()
  }
  const expected = (sabotages: readonly Sabotage[], ...more: string[]) =>
    [...new Set([...sabotages.flatMap(({ breaks }) => breaks), ...more])].sort()

  test('what is broken in form, person, origin, headers and portal shows, a log that was set back too, and nothing else does', async () => {
    const sabotages = [clientAddress, requestForm, sessions, origin, headers, accounts]
    await rm(join(data, 'audit'), { recursive: true })
    await cp(older, join(data, 'audit'), { recursive: true })
    const proofs = await broken(sabotages, data)
    assert.deepEqual(
      named(proofs, 'broken').sort(),
      expected(sabotages, 'audit.rollback'),
      tell(proofs, 'unknown').join('\n'),
    )
  })

  test('what is broken in networks, TLS, limits, access and audit log shows, and nothing else does', async () => {
    await rm(elsewhere, { recursive: true })
    await mkdir(elsewhere)
    await chmod(elsewhere, 0o777)
    const sabotages = [network, tls, rateLimit, access, audit]
    const proofs = await broken(sabotages, join(folder, 'other'))
    assert.deepEqual(named(proofs, 'broken').sort(), expected(sabotages), tell(proofs, 'unknown').join('\n'))
  })

  test('where nobody can look, nothing holds and nothing is called broken', async () => {
    const nowhere = join(folder, 'nowhere')
    const folders = foldersOf(nowhere)
    await mkdir(folders.state, { recursive: true })
    const store = await openStore(join(folders.state, 'castellan.db'))
    const trail = await openAuditTrail({
      state: folders.state,
      folder: folders.audit,
      checkpointTo: undefined,
      onError: assert.ifError,
    })
    const prover = new Prover({
      boot: {
        doors: [
          { host: '127.0.0.1', port: await freePort(), secure: true },
          { host: '127.0.0.1', port: await freePort(), secure: false },
        ],
        folders: { ...folders, audit: join(nowhere, 'gone') },
      },
      store,
      trail,
      policy: () => parsePolicy(yaml.replace(elsewhere, nowhere), 'castellan.yaml'),
      ca: () => null,
      ticketKey: 'a key of this test',
      supervisor: { wantScratch: () => assert.fail('nothing holds'), scratchDone: () => undefined },
      failed: assert.ifError,
    })
    const { proofs } = await prover.run()
    prover.close()
    await trail.close()
    await store.close()
    assert.deepEqual([...tell(proofs, 'broken'), ...tell(proofs, 'holds')], [])
    assert.deepEqual(named(proofs, 'unknown').sort(), EVERY_CONTROL)
  })
})
