import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { parse } from 'yaml'
import { plain } from '../../text/tree.ts'
import { inFolder, told } from './folder.fixture.ts'
import { readCompose } from './read.ts'
import type { ComposeProject, Service } from './types.ts'

/** What docker-compose 1.29 knows; the forms that came later have tests of their own. */
const FILES = {
  '.env': '# settings\nTAG=1.2.3\nPORT=8080\nEMPTY=\nQUOTED="two words"\nSINGLE=\'$TAG\'\n',
  'docker-compose.yml': `x-common: &common
  restart: unless-stopped
  logging: {driver: json-file, options: {max-size: 10m}}
x-env: &env {SHARED: "1", LEVEL: info}
services:
  web:
    <<: *common
    image: "registry.example.org:5000/web:\${TAG}"
    build: {context: ./app, dockerfile: Dockerfile.prod, args: {V: "\${TAG}"}}
    command: sh -c "echo 'a b' && sleep 1"
    ports:
      - "127.0.0.1:\${PORT:-80}:80"
      - "53:53/udp"
      - "9000"
      - "7000-7002:8000-8002"
      - {target: 443, published: 8443, protocol: tcp}
    expose: ["3000", 4000]
    volumes:
      - ./conf:/etc/web:ro
      - data:/data
      - /anonymous
      - {type: bind, source: ./long, target: /long, read_only: true}
      - {type: tmpfs, target: /scratch}
    tmpfs: /run
    environment:
      <<: *env
      LEVEL: debug
      QUOTED: "\${QUOTED}"
      SINGLE: "\${SINGLE}"
      DEFAULT: "\${NOT_THERE:-a:b/c}"
      KEPT: "\${EMPTY-x}"
      FILLED: "\${EMPTY:-y}"
      DOLLAR: $\${TAG} costs $$5
      NUMBER: 3.50
      TRUTH: "true"
      INHERITED:
    env_file: [web.env]
    depends_on: [db]
    networks: [front, back]
    labels: ["a=b=c", "empty"]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    healthcheck: {test: ["CMD", "true"], interval: 30s}
    secrets: [key]
    user: "1000:1000"
    read_only: true
  db:
    <<: *common
    image: postgres@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    environment: ["A=1", "B=two words", "C="]
    networks: {back: {aliases: [database]}}
    cap_add: [CHOWN]
    profiles: [all]
  worker:
    extends: {file: base/common.yml, service: worker}
    environment: [E=over]
    volumes: ["./own:/own"]
  same:
    extends: {service: worker}
    network_mode: host
    privileged: true
networks: {front: {}, back: {internal: true}}
volumes: {data: {}}
secrets: {key: {file: ./key.txt}}
`,
  'docker-compose.override.yml': `services:
  web:
    ports: ["9443:9443"]
    volumes: ["./other:/etc/web", "more:/more"]
    environment: ["LEVEL=trace", "NEW=1"]
    labels: {empty: filled}
    command: [run, it]
    expose: ["5000"]
    security_opt: ["apparmor:x"]
    networks: {third: {}}
    healthcheck: {test: exit 0, retries: 2}
  db:
    cap_add: [SETUID]
    depends_on: {worker: {condition: service_started}}
networks: {third: {}}
volumes: {more: {}}
`,
  'base/common.yml': `services:
  base: {image: busybox, env_file: base.env, cap_drop: [NET_RAW]}
  worker: {extends: {service: base}, volumes: ["./b:/b"], environment: {E: "1", F: "2"}}
`,
  'base/base.env': 'G=from base\n',
  'web.env': 'LEVEL=lost\nONLY_FILE=plain\nQUOTES="in file"\nHASH=a#b\n',
  'key.txt': '',
  'app/Dockerfile.prod': 'FROM scratch\n',
} as const

type Plain = Record<string, unknown>

const command = spawnSync('docker-compose', ['version', '--short'], { encoding: 'utf8' })
const skip = command.status === 0 && command.stdout.startsWith('1.29') ? false : 'docker-compose 1.29 is not installed'

test('merges a project to exactly what docker-compose makes of it', { skip }, () => {
  inFolder(FILES, (folder, disk) => {
    const run = spawnSync('docker-compose', ['config'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    assert.equal(run.status, 0, run.stderr)
    // The output is a Compose file again, so a dollar sign is doubled in it.
    const theirs = parse(run.stdout.replaceAll('$$', '$')) as {
      services: Record<string, Plain>
      networks: Plain
      volumes: Plain
      secrets: Plain
    }
    const ours = readCompose(disk, folder)!
    assert.deepEqual(told(disk), [])
    assert.deepEqual(ours.services.map(({ name }) => name).sort(), Object.keys(theirs.services).sort())
    for (const service of ours.services)
      assert.deepEqual(mine(service), other(theirs.services[service.name]!), service.name)
    assert.deepEqual([...ours.volumes.keys()].sort(), Object.keys(theirs.volumes).sort())
    assert.deepEqual(networks(ours), networksOf(theirs.networks))
    assert.deepEqual(
      [...ours.secrets.values()].map(({ file }) => file),
      [(theirs.secrets['key'] as Plain)['file']],
    )
  })
})

/** Everything that both can say of a service, in one form. */
function mine(service: Service): Plain {
  const rest = (key: string) => {
    const entry = service.tree.entries.get(key)
    return entry === undefined ? undefined : plain(entry.value)
  }
  return {
    image: service.image?.value.text,
    build: service.build === undefined ? undefined : [service.build.value.context, service.build.value.dockerfile],
    environment: Object.fromEntries([...service.environment].map(([name, { value }]) => [name, value ?? null]).sort()),
    labels: Object.fromEntries([...service.labels].map(([name, { value }]) => [name, value]).sort()),
    ports: service.ports.flatMap((port) => single(port.hostAddress, port.published, port.target, port.protocol)).sort(),
    expose: service.expose.map(({ value }) => value).sort(),
    mounts: service.mounts
      .map(({ kind, source, target, readOnly }) => [kind, source, target, readOnly].join(' '))
      .sort(),
    networks: service.networkMode === undefined ? service.networks.map(({ value }) => value).sort() : [],
    networkMode: service.networkMode?.value,
    dependsOn: service.dependsOn.map(({ value }) => value).sort(),
    capAdd: service.capAdd.map(({ value }) => value).sort(),
    capDrop: service.capDrop.map(({ value }) => value).sort(),
    securityOpt: service.securityOpt.map(({ value }) => value).sort(),
    secrets: service.secrets.map(({ value }) => value),
    profiles: service.profiles,
    user: service.user?.value,
    readOnly: service.readOnly?.value,
    privileged: service.privileged?.value,
    restart: service.restart?.value,
    command: rest('command'),
    logging: rest('logging'),
    healthcheck: rest('healthcheck'),
  }
}

/** One line for each port of a range. */
function single(
  address: string,
  published: readonly [number, number] | undefined,
  target: readonly [number, number],
  protocol: string,
) {
  const lines: string[] = []
  for (let i = 0; i <= target[1] - target[0]; i++) {
    lines.push(`${address}:${published === undefined ? '' : published[0] + i}:${target[0] + i}/${protocol}`)
  }
  return lines
}

function other(service: Plain): Plain {
  const list = (key: string) => ((service[key] as unknown[] | undefined) ?? []).map(String).sort()
  const keys = (key: string) => Object.keys((service[key] as Plain | undefined) ?? {}).sort()
  const build = service['build'] as { context: string; dockerfile: string } | undefined
  return {
    image: service['image'],
    build: build && [build.context, `${build.context}/${build.dockerfile}`],
    environment: sorted(service['environment']),
    labels: sorted(service['labels']),
    ports: ((service['ports'] as (string | Plain)[] | undefined) ?? []).map(portOf).sort(),
    expose: list('expose'),
    mounts: [
      ...((service['volumes'] as (string | Plain)[] | undefined) ?? []).map(mountOf),
      ...tmpfs(service['tmpfs']),
    ].sort(),
    networks:
      service['network_mode'] !== undefined ? [] : service['networks'] === undefined ? ['default'] : keys('networks'),
    networkMode: service['network_mode'],
    dependsOn: keys('depends_on'),
    capAdd: list('cap_add'),
    capDrop: list('cap_drop'),
    securityOpt: list('security_opt'),
    secrets: ((service['secrets'] as { source: string }[] | undefined) ?? []).map(({ source }) => source),
    profiles: service['profiles'] ?? [],
    user: service['user'],
    readOnly: service['read_only'],
    privileged: service['privileged'],
    restart: service['restart'],
    command: service['command'],
    logging: service['logging'],
    healthcheck: service['healthcheck'],
  }
}

function sorted(value: unknown): Plain {
  const pairs = Object.entries((value as Plain | undefined) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(pairs.map(([name, each]) => [name, each === null ? null : String(each)]))
}

function portOf(port: string | Plain): string {
  if (typeof port === 'string') return port
  return `:${port['published'] ?? ''}:${String(port['target'])}/${String(port['protocol'] ?? 'tcp')}`
}

function mountOf(volume: string | Plain): string {
  if (typeof volume !== 'string') {
    return [volume['type'], volume['source'] ?? '', volume['target'], volume['read_only'] ?? false].join(' ')
  }
  const [source = '', target, mode] = volume.split(':')
  if (target === undefined) return `volume  ${source} false`
  return [source.startsWith('/') ? 'bind' : 'volume', source, target, mode === 'ro'].join(' ')
}

function tmpfs(value: unknown): readonly string[] {
  return [value ?? []].flat().map((target) => `tmpfs  ${String(target)} false`)
}

function networks(project: ComposeProject): unknown {
  return [...project.networks.values()]
    .filter(({ tree }) => tree !== undefined)
    .map(({ name, internal, driver }) => [name, internal, driver])
    .sort()
}

function networksOf(found: Plain): unknown {
  return Object.entries(found)
    .map(([name, value]) => {
      const { internal = false, driver = '' } = (value ?? {}) as { internal?: boolean; driver?: string }
      return [name, internal, driver]
    })
    .sort()
}
