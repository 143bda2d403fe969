import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { importBase, startEngine } from '../../../test/integration/deploy/docker.ts'
import { readDocker } from './docker.ts'

const top = mkdtempSync(join(tmpdir(), 'castellan-live-docker-'))
after(() => rmSync(top, { recursive: true }))

test('says what a real engine runs, and never the value of a variable', { timeout: 300_000 }, async () => {
  await using engine = await startEngine()
  importBase(engine, '/bin/cat', 'example/web:1')
  // Else the bridges of its networks would stay on this machine.
  using _networks = {
    [Symbol.dispose]() {
      engine.docker('container', 'prune', '-f')
      for (const name of engine.docker('ps', '-q').split('\n').filter(Boolean)) engine.docker('rm', '-f', name)
      engine.docker('network', 'prune', '-f')
    },
  }
  engine.docker('network', 'create', '--internal', 'inside')
  engine.docker('network', 'create', 'outside')
  const label = (name: string, value: string) => ['--label', `com.docker.compose.${name}=${value}`]
  const secrets = ['-e', 'DB_PASSWORD=pgpassword', '-e', 'API_TOKEN=Zk3vQ9xW7rT5yU2mB8nL', '-e', 'MODE=production']
  const limits = ['--memory', '64m', '--cpus', '0.5', '--pids-limit', '20', '--read-only', '--user', '1000:1000']
  const caps = ['--cap-drop', 'ALL', '--cap-add', 'NET_ADMIN', '--security-opt', 'no-new-privileges']
  const place = [...label('project', 'shop'), ...label('service', 'web'), ...label('project.working_dir', top)]
  const ports = ['-p', '127.0.0.1:0:80', '-p', '0.0.0.0:0:81', '-v', `${top}:/data:ro`, '-v', 'files:/files']
  const run = ['run', '-d', '-i', '--name', 'web', '--network', 'outside', '--restart', 'unless-stopped']
  engine.docker(...run, ...secrets, ...limits, ...caps, ...place, ...ports, 'example/web:1', '/usr/bin/cat')
  engine.docker('run', '-d', '-i', '--name', 'db', '--network', 'inside', 'example/web:1', '/usr/bin/cat')
  // Only made, not started: not every machine that runs the tests may hand out all rights.
  engine.docker('create', '--name', 'old', '--network', 'none', '--privileged', 'example/web:1', '/usr/bin/cat')

  const socket = join(dirname(engine.docker('info', '--format', '{{.DockerRootDir}}').trim()), 'docker.sock')
  const live = await readDocker(socket)

  assert.deepEqual(
    live.containers.map(({ name, state }) => [name, state]),
    [
      ['db', 'running'],
      ['old', 'created'],
      ['web', 'running'],
    ],
  )
  const [db, old, web] = live.containers
  assert.equal(old!.privileged, true)
  assert.deepEqual([db!.privileged, db!.user, db!.memory, db!.networks], [false, '', 0, ['inside']])
  assert.deepEqual(
    [web!.privileged, web!.user, web!.readOnly, web!.memory, web!.cpus, web!.pids],
    [false, '1000:1000', true, 67_108_864, 0.5, 20],
  )
  assert.deepEqual(
    [web!.capAdd, web!.capDrop, web!.securityOpt, web!.restartPolicy],
    [['NET_ADMIN'], ['ALL'], ['no-new-privileges'], 'unless-stopped'],
  )
  assert.deepEqual(
    [...web!.mounts].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    [
      { kind: 'bind', source: top, target: '/data', readOnly: true },
      { kind: 'volume', source: 'files', target: '/files', readOnly: false },
    ],
  )
  const published = web!.ports.map(({ hostAddress, target }) => `${hostAddress} ${target}`)
  assert.ok(published.includes('127.0.0.1 80') && published.includes('0.0.0.0 81'), published.join('; '))
  assert.ok(web!.ports.every(({ published: port }) => port > 0))
  assert.deepEqual(web!.compose, { project: 'shop', service: 'web', folder: top, files: [], oneOff: false })
  const weaknesses = new Map(web!.environment.map(({ name, weakness }) => [name, weakness]))
  assert.match(weaknesses.get('DB_PASSWORD')!, /10 characters/)
  assert.deepEqual([weaknesses.get('API_TOKEN'), weaknesses.get('MODE')], [undefined, undefined])
  assert.doesNotMatch(JSON.stringify(live), /pgpassword|Zk3vQ9xW|production/)
  const networks = new Map(live.networks.map(({ name, internal }) => [name, internal]))
  assert.deepEqual([networks.get('inside'), networks.get('outside')], [true, false])
  assert.equal(live.images.find(({ id }) => id === web!.imageId)?.tags[0], 'example/web:1')
  assert.ok(live.version.length > 0)
})

/** An engine that says what it is told to: for what a real one does only now and then. */
async function playEngine(name: string, answers: Readonly<Record<string, [number, string]>>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const [status, body] = answers[request.url!] ?? [
      200,
      request.url === '/networks' || request.url === '/images/json' ? '[]' : '{}',
    ]
    response.writeHead(status).end(body)
  })
  const path = join(top, `${name}.sock`)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  after(() => server.close())
  return { path, asked }
}

const LISTED = JSON.stringify([
  { Id: 'aa', Names: ['/gone'] },
  { Id: 'bb', Names: ['/stays'] },
  { Id: 'cc', Names: ['/locked'] },
  { Id: '../../exec', Names: ['/bad'] },
])

test('leaves out a container that ended meanwhile, and names one that could not be looked at', async () => {
  const { path, asked } = await playEngine('vanish', {
    '/containers/json?all=1': [200, LISTED],
    '/containers/aa/json': [404, '{"message":"No such container"}'],
    '/containers/bb/json': [200, '{"Id":"bb","Name":"/stays","State":{"Status":"running"}}'],
    '/containers/cc/json': [500, '{}'],
  })
  const live = await readDocker(path)
  assert.deepEqual(
    live.containers.map(({ name, user }) => [name, user]),
    [['stays', '']],
  )
  assert.deepEqual(
    live.unknown.map(({ what }) => what),
    ['locked'],
  )
  assert.ok(asked.every((line) => line.startsWith('GET /') && !line.includes('exec')))
})

test('says in one sentence why the engine can not be asked', async () => {
  const { path } = await playEngine('html', { '/info': [200, '<html>'] })
  const denied = await playEngine('denied', { '/info': [403, '{}'] })
  const cases = [
    [join(top, 'absent.sock'), /absent\.sock can't be asked: there is no such socket\./],
    [path, /not JSON/],
    [denied.path, /answered 403 to \/info/],
  ] as const
  for (const [socket, message] of cases)
    await assert.rejects(readDocker(socket), { code: 'docker-unreachable', message })
})
