import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import type { Observation, Sample } from '../rule.ts'
import { composeRules } from './index.ts'

function run(id: string, files: Sample, profile?: string): readonly Observation[] {
  const rule = composeRules.find((one) => one.id === `compose.${id}`)!
  return observed(rule, stackOf(files, profile === undefined ? {} : { profile }))
}

/** A project with these services, each a line of YAML. */
function project(services: Readonly<Record<string, string>>, more = ''): Sample {
  const lines = Object.entries(services).map(([name, body]) => `  ${name}: { ${body} }\n`)
  return { 'compose.yaml': `services:\n${lines.join('')}${more}` }
}

const texts = (found: readonly Observation[]) => found.map(({ observed: text }) => text)

test('an engine socket is found as a file, as its folder, and under other names', () => {
  for (const source of ['/var/run/docker.sock', '/run', '/run/podman/podman.sock', '/run/containerd/containerd.sock'])
    assert.equal(run('docker-socket', project({ x: `image: x/x:1.2, volumes: ["${source}:/s:ro"]` })).length, 1, source)
})

const wollomatic = (command: string, env = '') =>
  project({ p: `image: "wollomatic/socket-proxy:1.10.0", command: [${command}], environment: { ${env} }` })

test('says what the list of a socket proxy really permits, by options or by variables', () => {
  const severity = (files: Sample) => run('socket-proxy', files).map((one) => one.severity)
  const create = `'-allowPOST=/v1\\..{1,2}/containers/(create|[^/]+/start)'`
  assert.deepEqual(severity(wollomatic(create)), ['critical'])
  assert.deepEqual(severity(wollomatic(`${create}, '-allowbindmountfrom=/srv/data'`)), ['medium'])
  assert.deepEqual(severity(wollomatic(`${create}, '-allowbindmountfrom=/'`)), ['critical'])
  assert.deepEqual(severity(wollomatic(`'-allowPOST=/build'`)), ['high'])
  assert.deepEqual(severity(wollomatic('', `SP_ALLOW_POST: '.*'`)), ['critical'])
  assert.deepEqual(severity(wollomatic(`'-allowPOST=/v1\\..{1,2}/containers/[^/]+/(start|stop|wait)'`)), [])
  assert.deepEqual(severity(wollomatic(`'-allowGET=.*'`)), [])
  assert.deepEqual(severity(wollomatic('', 'SP_ALLOWFROM: 0.0.0.0/0')), ['high'])
  assert.deepEqual(severity(wollomatic(create, 'SP_ALLOWFROM: 0.0.0.0/0')), ['critical', 'critical'])
})

test('reads the variables of tecnativa, where POST opens every section for writing', () => {
  const of = (env: string) =>
    run('socket-proxy', project({ p: `image: "tecnativa/docker-socket-proxy:0.4.2", environment: { ${env} }` }))
  assert.deepEqual(texts(of('CONTAINERS: 1')), [])
  assert.deepEqual(texts(of('CONTAINERS: 1, POST: 1, EXEC: 0')), [
    'p permits POST /containers/create by POST and CONTAINERS, with any bind mount',
  ])
})

test('an expression that is made to take for ever is judged by its words', () => {
  const hostile = `'-allowPOST=/((((a+)+)+)+)+create(x+x+)+y'`
  assert.equal(run('socket-proxy', wollomatic(hostile))[0]?.severity, 'critical')
})

test('mounts of the host are worse when they can be written, and some are harmless', () => {
  const severity = (volume: string) =>
    run('sensitive-mount', project({ x: `image: x/x:1.2, volumes: ["${volume}"]` }))[0]?.severity
  for (const [volume, expected] of [
    ['/:/host', 'high'],
    ['/:/host:ro', 'high'],
    ['/etc:/e:ro', 'medium'],
    ['/etc/ssh:/e', 'high'],
    ['/home/me/.ssh:/e:ro', 'high'],
    ['/proc:/host/proc:ro', 'low'],
    ['/proc:/host/proc', 'high'],
    ['/var/lib/docker/volumes:/v', 'high'],
    ['/etc/localtime:/etc/localtime:ro', undefined],
    ['/etc/ssl/certs:/etc/ssl/certs:ro', undefined],
    ['/srv/data:/data', undefined],
    ['./etc:/data', undefined],
  ] as const)
    assert.equal(severity(volume), expected, volume)
})

test('InvenTree: the whole folder of data is in the database and in the proxy, and static files are not the fault', () => {
  const files = (proxy: string, db: string) =>
    project({
      'inventree-db': `image: "postgres:17.2", volumes: ["${db}:/var/lib/postgresql/data"]`,
      'inventree-server': 'image: "inventree/inventree:1.0.1", volumes: ["./data/app:/home/inventree/data"]',
      'inventree-proxy': `image: "caddy:2.10.0", volumes: ["./data/app/static:/var/www/static:ro", "${proxy}:/data"]`,
    })
  assert.deepEqual(texts(run('shared-volume', files('./data/caddy', './data/db'))), [])
  assert.deepEqual(texts(run('shared-volume', files('./data', './data'))), [
    'inventree-db has ./data, where inventree-server keeps its data',
    'inventree-server has ./data/app, where inventree-db keeps its data',
    'inventree-proxy has ./data/app/static, read-only, where inventree-db keeps its data',
    'inventree-proxy has ./data, where inventree-db keeps its data',
    'inventree-proxy has ./data, where inventree-server keeps its data',
  ])
})

test('a backup may see the data, and a volume with keys is no static code', () => {
  const db = 'image: "postgres:17.2", volumes: ["db:/var/lib/postgresql/data"]'
  const backup = 'image: "offen/docker-volume-backup:2.43.0", volumes: ["db:/backup/db:ro"]'
  assert.deepEqual(texts(run('shared-volume', project({ db, backup }, 'volumes: { db: {} }\n'))), [])
  const inventaire = (target: string) =>
    project(
      {
        inventaire: `image: "inventaire/inventaire:3.0.1", volumes: ["code:${target}"]`,
        nginx: `image: "nginx:1.29.1", volumes: ["code:${target}:ro"]`,
      },
      'volumes: { code: {} }\n',
    )
  assert.equal(run('shared-volume', inventaire('/opt/inventaire')).length, 1)
  assert.deepEqual(texts(run('shared-volume', inventaire('/opt/inventaire/public'))), [])
})

test('data is lost without a volume, on a tmpfs, and beside the volume that the image makes', () => {
  const kept = (body: string) => texts(run('data-not-kept', project({ db: body }, 'volumes: { vol: {} }\n')))
  const path = '/var/lib/postgresql/data'
  assert.deepEqual(kept('image: "postgres:17.2"'), [`db: ${path} (The database) is on no volume`])
  assert.deepEqual(kept(`image: "postgres:17.2", tmpfs: ${path}`), [`db: ${path} (The database) is on a tmpfs`])
  assert.match(kept('image: "postgres:17.2", volumes: ["vol:/var/lib/postgresql"]')[0]!, /without a name/)
  for (const body of [
    `image: "postgres:17.2", volumes: ["vol:${path}/"]`,
    'image: "postgres:18.1", volumes: ["vol:/var/lib/postgresql"]',
    'image: "postgres:17.2", environment: { PGDATA: /data/pg }, volumes: ["./d:/data"]',
    'image: "redis:7.4.2"',
  ])
    assert.deepEqual(kept(body), [], body)
})

test('Inventaire keeps its keys in the volume that an update deletes', () => {
  const files = (more: string) =>
    project(
      {
        inventaire: `image: "inventaire/inventaire:3.0.1", volumes: ["server:/opt/inventaire", "media:/opt/inventaire_local_media_storage"${more}]`,
      },
      'volumes: { server: {}, media: {}, keys: {} }\n',
    )
  const found = texts(run('data-not-kept', files('')))
  assert.equal(found.length, 1)
  assert.match(
    found[0]!,
    /^inventaire: \/opt\/inventaire\/keys \(Keys .* is in the volume server, which holds the program/,
  )
  assert.deepEqual(texts(run('data-not-kept', files(', "keys:/opt/inventaire/keys"'))), [])
})

test('zero and minus one are no limits, a reservation neither', () => {
  const found = (id: string, body: string) => run(id, project({ x: `image: x/x:1.2, ${body}` })).length
  assert.equal(found('memory-limit', 'mem_limit: 0'), 1)
  assert.equal(found('memory-limit', 'deploy: { resources: { reservations: { memory: 1g } } }'), 1)
  assert.equal(found('memory-limit', 'deploy: { resources: { limits: { memory: 1.5GB } } }'), 0)
  assert.equal(found('cpu-limit', 'cpus: "0"'), 1)
  assert.equal(found('cpu-limit', 'cpus: 0.5'), 0)
  assert.equal(found('pids-limit', 'deploy: { resources: { limits: { pids: 100 } } }'), 0)
})

test('a health check may come with the image or from the Dockerfile', () => {
  const found = (body: string, more: Sample = {}) => run('health-missing', { ...project({ x: body }), ...more }).length
  assert.equal(found('image: "postgres:17.2"'), 1)
  assert.equal(found('image: "netdata/netdata:2.7.3"'), 0)
  assert.equal(found('image: "netdata/netdata:2.7.3", healthcheck: { test: [NONE] }'), 1)
  assert.equal(found('build: .', { Dockerfile: 'FROM a:1.2\nHEALTHCHECK CMD wget -q http://localhost\n' }), 0)
  assert.equal(found('build: .', { Dockerfile: 'FROM a:1.2\nHEALTHCHECK NONE\n' }), 1)
  assert.equal(found('image: x/x:1.2, healthcheck: { interval: 5s }'), 1)
})

test('a health check of another host, or without HTTP, is not judged by its path', () => {
  const found = (test: string) =>
    run('health-path', project({ app: `image: "loomio/loomio:3.0.20", healthcheck: { test: '${test}' }` }))
  assert.match(
    texts(found('curl -f http://127.0.0.1:3000/api/v1/ping'))[0]!,
    /^the health check of app asks \/api\/v1\/ping$/,
  )
  for (const test of [
    'curl http://other:3000/x',
    'pg_isready',
    'curl -f http://app:3000/up/',
    'wget http://[::1]:3000/up?x=1',
  ])
    assert.deepEqual(texts(found(test)), [], test)
})

test('other log drivers than json-file bound themselves, or keep logs elsewhere', () => {
  const found = (driver: string) =>
    run('logs-unbounded', project({ x: `image: x/x:1.2, logging: { driver: ${driver} }` })).length
  assert.deepEqual(['json-file', 'local', 'journald', 'syslog'].map(found), [1, 0, 0, 0])
  assert.equal(run('logs-unbounded', project({ x: 'image: x/x:1.2' })).length, 1)
})

test('what watches counts when it is always started', () => {
  const found = (body: string) =>
    run('no-monitoring', project({ netdata: `image: "netdata/netdata:2.7.3"${body}` })).length
  assert.deepEqual([found(''), found(', profiles: [disabled]')], [0, 1])
})

test('a module of the proxy is a firewall for the web', () => {
  const files = (line: string) => ({
    ...project({ x: 'image: x/x:1.2' }),
    'nginx.conf': `http {\n  ${line}\n  server { listen 80; }\n}\n`,
  })
  assert.deepEqual([run('waf-missing', files('modsecurity on;')).length, run('waf-missing', files('')).length], [0, 1])
})
