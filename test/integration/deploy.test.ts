import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSample } from '../../examples/sample/server.ts'
import { freePort } from '../helpers/gate.ts'
import { ensureDebian } from '../helpers/packages.ts'
import { importBase, startEngine } from './deploy/docker.ts'
import { layOut } from './deploy/program.ts'
import { bootSystemd } from './deploy/systemd.ts'

const deploy = join(dirname(dirname(import.meta.dirname)), 'deploy')
const unit = readFileSync(join(deploy, 'systemd/castellan.service'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'castellan-deploy-'))
const program = join(folder, 'program')
const sample = createSample()
let upstream = ''

before(async () => {
  assert.equal(process.getuid?.(), 0, 'these tests need root: they start Castellan as systemd and Docker do')
  assert.ok(existsSync(join(dirname(deploy), 'dist/main.js')), 'nothing is compiled; run: npm run build')
  spawnSync('chmod', ['755', folder])
  layOut(program)
  sample.listen(0, '127.0.0.1')
  await once(sample, 'listening')
  upstream = `http://127.0.0.1:${(sample.address() as { port: number }).port}`
})

after(() => {
  sample.close()
  rmSync(folder, { recursive: true, force: true })
})

test('serves and stops with no more capabilities than the unit and the Compose file leave it', async () => {
  const setpriv = ensureDebian('setpriv', 'util-linux')
  const set = capabilities(unit)
  const snippet = /cap_add: \[(.*)\]/.exec(readFileSync(join(deploy, 'compose/compose.yaml'), 'utf8'))![1]!.split(', ')
  assert.deepEqual(snippet.map((name) => name.toLowerCase()).sort(), [...set].sort(), 'both name the same capabilities')
  const data = join(folder, 'capabilities')
  const bound = `-all,${set.map((name) => `+${name}`).join(',')}`
  for (const start of ['the first start', 'a start with folders that are there']) {
    const args = ['guard', upstream, '--listen', `127.0.0.1:${await lowPort()}`, '--data', data, '--json']
    const child = spawn(
      setpriv,
      ['--no-new-privs', '--inh-caps=-all', `--bounding-set=${bound}`, join(program, 'bin/castellan'), ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const { app } = JSON.parse(line)
    assert.equal(await status(app), 401, start)
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [0, null], start)
  }
})

test('runs as the systemd unit, with the users, folders and fences of the shipped files', async () => {
  ensureDebian('systemd-analyze', 'systemd')
  assert.ok(existsSync('/lib/systemd/systemd'), 'systemd is missing; run: sudo apt-get install systemd')
  const port = await freePort()
  await using systemd = await bootSystemd(program, {
    '/etc/castellan/castellan.yaml': configuration(port, 'signed-in'),
  })
  const origin = `https://app.localhost:${port}`
  await eventually(
    async () => assert.equal(await status(origin), 401),
    () => systemd.run('journalctl', '-u', 'castellan', '--no-pager').output,
  )

  const processes = systemd.run('ps', '-eo', 'user:20=,args=').output.split('\n')
  const listed = processes.filter((line) => line.includes('/opt/castellan/dist/')).map((line) => line.split(' ', 1)[0])
  assert.deepEqual([...new Set(listed)].sort(), ['castellan-control', 'castellan-edge', 'castellan-log', 'root'])
  const modes = systemd.run(
    'stat',
    '-c',
    '%n %a %U',
    ...['state', 'audit', 'log', 'tls'].map((name) => `/var/lib/castellan/${name}`),
  ).output
  assert.deepEqual(modes.trim().split('\n'), [
    '/var/lib/castellan/state 700 castellan-control',
    '/var/lib/castellan/audit 700 castellan-control',
    '/var/lib/castellan/log 750 castellan-log',
    '/var/lib/castellan/tls 755 castellan-control',
  ])

  systemd.run('sed', '-i', 's/signed-in/public/', '/etc/castellan/castellan.yaml')
  const reloaded = systemd.run('systemctl', 'reload', 'castellan')
  assert.equal(reloaded.code, 0, reloaded.output)
  await eventually(async () => assert.equal(await status(origin), 200))
  systemd.run('sh', '-c', 'echo nonsense >> /etc/castellan/castellan.yaml')
  assert.notEqual(systemd.run('systemctl', 'reload', 'castellan').code, 0, 'a bad file is refused')
  assert.equal(await status(origin), 200, 'and the old rules stay')

  const stopped = systemd.run('systemctl', 'stop', 'castellan')
  assert.equal(stopped.code, 0, stopped.output)
  assert.match(systemd.run('systemctl', 'show', 'castellan', '-p', 'Result').output, /Result=success/)
})

test('systemd finds no fault in the unit', () => {
  const analyze = ensureDebian('systemd-analyze', 'systemd')
  const copy = join(folder, 'castellan.service')
  writeFileSync(copy, unit.replaceAll('/opt/castellan', program))
  const { status: code, stderr } = spawnSync(analyze, ['verify', '--man=no', copy], { encoding: 'utf8' })
  assert.equal(code, 0, stderr)
  assert.equal(
    stderr
      .split('\n')
      .filter((line) => line.includes('castellan'))
      .join('\n'),
    '',
  )
})

test('runs from the image of the Dockerfile as the Compose file says', async () => {
  await using engine = await startEngine()
  const node = join(program, 'node_modules', `node-linux-${process.arch}`, 'bin/node')
  importBase(engine, node, 'debian:bookworm-slim')
  engine.docker('build', '--network=none', '-t', 'castellan:0.1.0', '-f', join(deploy, 'Dockerfile'), program)
  const place = join(folder, 'compose')
  mkdirSync(place)
  cpSync(join(deploy, 'compose/compose.yaml'), join(place, 'compose.yaml'))
  const port = await freePort()
  writeFileSync(join(place, 'castellan.yaml'), configuration(port, 'signed-in'))
  engine.compose(place, '-f', 'compose.yaml', 'up', '-d')
  try {
    const origin = `https://app.localhost:${port}`
    await eventually(
      async () => assert.equal(await status(origin), 401),
      () => engine.compose(place, '-f', 'compose.yaml', 'logs'),
    )
    const id = engine.compose(place, '-f', 'compose.yaml', 'ps', '-q', 'castellan').trim()
    const users = engine
      .docker('top', id, '-o', 'pid,uid')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.trim().split(/\s+/)[1] ?? [])
    assert.deepEqual([...new Set(users)].sort(), ['0', '64931', '64932', '64933'])
    const listed = engine.docker('exec', id, 'castellan', 'user', 'list', '--json')
    assert.deepEqual(JSON.parse(listed), [])
    assert.match(engine.compose(place, '-f', 'compose.yaml', 'logs'), /setup\?secret=/)
    engine.compose(place, '-f', 'compose.yaml', 'stop')
    assert.equal(engine.docker('inspect', '-f', '{{.State.ExitCode}}', id).trim(), '0')
  } finally {
    engine.compose(place, '-f', 'compose.yaml', 'down', '-v', '-t', '20')
  }
})

/** `CAP_SETUID` of the unit as `setuid`. */
function capabilities(text: string): string[] {
  return /^CapabilityBoundingSet=(.*)$/m
    .exec(text)![1]!
    .split(' ')
    .map((name) => name.replace('CAP_', '').toLowerCase())
}

function configuration(port: number, allow: string): string {
  return `portal: https://auth.localhost:${port}
sites:
  - host: app.localhost
    routes: [{ upstream: ${upstream} }]
    access: [{ allow: ${allow} }]
`
}

/** A free port that only root may listen on. */
async function lowPort(): Promise<number> {
  for (let port = 1_023; port > 600; port--) {
    const server = (await import('node:net')).createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
  throw new Error('no port below 1024 is free')
}

/** Status of a GET by a program without a session. The certificate is looked at by tests of TLS. */
function status(origin: string): Promise<number> {
  const { hostname, host, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      servername: hostname,
      headers: { host },
      agent: false,
      rejectUnauthorized: false,
    })
    outgoing.on('error', reject).on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    outgoing.end()
  })
}

/** Tries until it holds, for half a minute; `why` adds what is known when it does not. */
async function eventually(check: () => Promise<void>, why = () => ''): Promise<void> {
  const end = Date.now() + 30_000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw new Error(`${(error as Error).message}\n${why()}`, { cause: error })
      await sleep(200)
    }
  }
}
