import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inFolder, told } from './folder.fixture.ts'
import { readCompose } from './read.ts'
import type { Service } from './types.ts'

/** The service `a` written so; other files beside it. */
function service(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Service & { told: readonly string[]; folder: string } {
  const compose = `services:\n  a:\n${text.replace(/^/gm, '    ')}\n`
  return inFolder({ 'compose.yaml': compose, ...files }, (folder, disk) => {
    const found = readCompose(disk, folder)!.services[0]!
    return { ...found, told: told(disk), folder }
  })
}

test('takes ports apart in all their forms', () => {
  const forms = [
    ['8080:80', '', [8080, 8080], [80, 80], 'tcp'],
    ['80', '', undefined, [80, 80], 'tcp'],
    ['127.0.0.1:8080:80/udp', '127.0.0.1', [8080, 8080], [80, 80], 'udp'],
    ['127.0.0.1::80', '127.0.0.1', undefined, [80, 80], 'tcp'],
    ['[::1]:8000-8002:80-82', '::1', [8000, 8002], [80, 82], 'tcp'],
    ['::1:8080:80', '::1', [8080, 8080], [80, 80], 'tcp'],
    ['0.0.0.0:9000-9001:9000', '0.0.0.0', [9000, 9001], [9000, 9000], 'tcp'],
  ] as const
  const list = forms.map(([text]) => `  - "${text}"`).join('\n')
  const long = '  - {target: 80, published: "8000-8001", host_ip: "[::1]", protocol: sctp, mode: host}'
  const { ports, told: problems } = service(`ports:\n${list}\n${long}`)
  assert.deepEqual(
    ports.map((port) => [port.hostAddress, port.published, port.target, port.protocol]),
    [...forms.map(([, ...rest]) => rest), ['::1', [8000, 8001], [80, 80], 'sctp']],
  )
  assert.equal(ports[0]!.at.line, 4)
  assert.deepEqual(problems, [])
})

test('tells of ports that are none', () => {
  const { ports, told: problems } = service('ports: ["http", "80:99999", "9-8:1", {published: 80}, "80/icmp"]')
  assert.deepEqual(ports, [])
  assert.equal(problems.length, 5)
})

test('takes mounts apart in all their forms', () => {
  const { mounts, folder } = service(`volumes:
  - data:/data
  - ./conf:/conf:ro,z
  - ../up:/up
  - /abs:/abs:rw
  - ~/home:/home
  - /anonymous
  - {type: bind, source: ./long, target: /long, read_only: true}
  - {type: volume, source: data, target: /v}
  - {type: tmpfs, target: /t}
  - {type: npipe, source: x, target: /n}
tmpfs: ["/run:size=64m,ro", /tmp]`)
  assert.deepEqual(
    mounts.map(({ kind, source, target, readOnly }) => [kind, source, target, readOnly]),
    [
      ['volume', 'data', '/data', false],
      ['bind', join(folder, 'conf'), '/conf', true],
      ['bind', join(folder, '../up'), '/up', false],
      ['bind', '/abs', '/abs', false],
      ['bind', join(homedir(), 'home'), '/home', false],
      ['volume', '', '/anonymous', false],
      ['bind', join(folder, 'long'), '/long', true],
      ['volume', 'data', '/v', false],
      ['tmpfs', '', '/t', false],
      ['other', 'x', '/n', false],
      ['tmpfs', '', '/run', true],
      ['tmpfs', '', '/tmp', false],
    ],
  )
})

test('lays environment over env files, and knows where each value is written', () => {
  const { environment, told: problems } = service(
    'env_file:\n  - one.env\n  - {path: two.env, required: false}\n  - {path: none.env, required: false}\n  - {path: raw.env, format: raw}\nenvironment:\n  B: over\n  C:\n  D: ${PW}\n  E: ${NONE:-weak}\n  F:',
    {
      '.env': 'PW=secret\nC=from-env\n',
      'one.env': 'A=1\nB=1\nF=kept\n',
      'two.env': 'A="${PW}-2"\n',
      'raw.env': 'R="$PW"\n',
    },
  )
  const shown = [...environment.values()].map(({ name, value, at, writtenAt, by }) => [
    name,
    value,
    at.file,
    writtenAt.file,
    by,
  ])
  assert.deepEqual(shown, [
    ['A', 'secret-2', 'two.env', '.env', 'env_file'],
    ['B', 'over', 'compose.yaml', 'compose.yaml', 'environment'],
    ['F', 'kept', 'one.env', 'one.env', 'env_file'],
    ['R', '"$PW"', 'raw.env', 'raw.env', 'env_file'],
    ['C', 'from-env', 'compose.yaml', '.env', 'environment'],
    ['D', 'secret', 'compose.yaml', '.env', 'environment'],
    ['E', 'weak', 'compose.yaml', 'compose.yaml', 'environment'],
  ])
  assert.deepEqual(environment.get('E')!.writtenAt, { file: 'compose.yaml', line: 12, column: 18 })
  assert.deepEqual(problems, [])
})

test('reads commands, health checks, limits, secrets and names in all their forms', () => {
  const a = service(`command: sh -c "a 'b' && c"
entrypoint: ["x", "y z"]
healthcheck: {test: ["CMD", "curl", "-f", "http://localhost/health"]}
mem_limit: 1g
deploy: {resources: {limits: {cpus: "0.5", pids: 100}}}
privileged: "\${P:-true}"
read_only: true
secrets: [s, {source: t}]
networks: {front: {}, back: null}
labels: [a=b=c, d]
depends_on: {db: {condition: service_healthy}}
profiles: [debug]
security_opt: ["no-new-privileges:true"]`)
  const text = (list: readonly { value: string }[]) => list.map(({ value }) => value)
  assert.deepEqual(text(a.command), ['sh', '-c', "a 'b' && c"])
  assert.deepEqual(text(a.entrypoint), ['x', 'y z'])
  assert.equal(a.healthcheck?.test?.value, 'curl -f http://localhost/health')
  assert.deepEqual([a.limits.memory?.value, a.limits.cpus?.value, a.limits.pids?.value], ['1g', '0.5', '100'])
  assert.deepEqual([a.privileged?.value, a.readOnly?.value], [true, true])
  assert.deepEqual([text(a.secrets), text(a.networks), text(a.dependsOn)], [['s', 't'], ['front', 'back'], ['db']])
  assert.deepEqual([a.labels.get('a')?.value, a.labels.get('d')?.value, a.profiles], ['b=c', '', ['debug']])
  assert.deepEqual(a.told, [])
})

test('knows health checks that are texts, switched off, or nothing', () => {
  assert.equal(service('healthcheck: {test: curl -f x}').healthcheck?.test?.value, 'curl -f x')
  assert.equal(service('healthcheck: {test: ["CMD-SHELL", "a || b"]}').healthcheck?.test?.value, 'a || b')
  assert.equal(service('healthcheck: {test: ["NONE"]}').healthcheck?.disabled, true)
  assert.equal(service('healthcheck: {disable: true}').healthcheck?.disabled, true)
  assert.equal(service('image: x').healthcheck, undefined)
})

test('knows where a build is, and that one of another host is not here', () => {
  const { build, folder } = service('build: {context: ./app, dockerfile: ../D}')
  assert.deepEqual(build?.value, { context: join(folder, 'app'), dockerfile: join(folder, 'D') })
  assert.equal(service('build: https://example.org/a.git').build, undefined)
  assert.equal(service('build: {dockerfile_inline: "FROM x"}').build, undefined)
})

test('joins the default network unless others or a mode are named', () => {
  assert.deepEqual(
    service('image: x').networks.map(({ value }) => value),
    ['default'],
  )
  assert.deepEqual(service('network_mode: host').networks, [])
  assert.equal(service('network_mode: host').networkMode?.value, 'host')
})

test('reads networks, volumes, secrets and configs', () => {
  const text = `services: {a: {image: x}}
networks: {in: {internal: true, driver: macvlan}, out: {external: {name: x}}}
volumes: {v: {external: true}, w: null}
secrets: {s: {file: ./s.txt}, e: {environment: E}}
configs: {c: {file: c.txt}}
`
  inFolder({ 'docker-compose.yml': text }, (folder, disk) => {
    const project = readCompose(disk, folder)!
    const networks = [...project.networks.values()].map(({ name, internal, external, driver }) => [
      name,
      internal,
      external,
      driver,
    ])
    assert.deepEqual(networks, [
      ['in', true, false, 'macvlan'],
      ['out', false, true, ''],
      ['default', false, false, ''],
    ])
    assert.deepEqual(
      [...project.volumes.values()].map(({ external }) => external),
      [true, false],
    )
    assert.equal(project.secrets.get('s')?.file, join(folder, 's.txt'))
    assert.equal(project.secrets.get('e')?.environment, 'E')
    assert.equal(project.configs.get('c')?.file, join(folder, 'c.txt'))
    assert.deepEqual(told(disk), [])
  })
})

test('never uses the environment of the shell', () => {
  process.env['CASTELLAN_TEST_TAG'] = 'from-shell'
  try {
    const { image, environment } = service('image: x:${CASTELLAN_TEST_TAG:-d}\nenvironment: [CASTELLAN_TEST_TAG]')
    assert.equal(image?.value.tag, 'd')
    assert.equal(environment.get('CASTELLAN_TEST_TAG')?.value, undefined)
  } finally {
    delete process.env['CASTELLAN_TEST_TAG']
  }
})

test('is fine with missing variables and env files before an installation is set up, and not afterwards', () => {
  const text = 'image: x\nenv_file: .env\nenvironment: {A: "${A:?set it}"}'
  assert.deepEqual(service(text, { '.env.example': 'A=\n' }).told, [])
  const problems = service(text.replace('.env', 'web.env'), { '.env': 'B=1\n' }).told
  assert.deepEqual(problems, [
    'compose.yaml:5:22 A must be set, and no env file gives it a value',
    'compose.yaml:4:15 the env_file web.env is not there',
  ])
})

test('lists every variable with where its value came from', () => {
  inFolder({ 'compose.yaml': 'services: {a: {image: "x:${TAG}${TAG}-${V:-1}"}}', '.env': 'TAG=2' }, (folder, disk) => {
    const { variables, envFiles } = readCompose(disk, folder)!
    assert.deepEqual(
      [...variables].map(([name, uses]) => [name, uses.map(({ by }) => by)]),
      [
        ['TAG', ['file', 'file']],
        ['V', ['default']],
      ],
    )
    assert.deepEqual(envFiles, [join(folder, '.env')])
  })
})
