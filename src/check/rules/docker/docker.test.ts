import assert from 'node:assert/strict'
import { test } from 'node:test'
import { savedDocker, savedHost } from '../../live/saved.ts'
import type { Profile } from '../../profile/profile.ts'
import { emptyStack } from '../../read-stack.ts'
import type { ComposeProject, Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Observation } from '../rule.ts'
import { containersOf } from './containers.ts'
import { dockerRules } from './index.ts'

const GENERIC: Profile = {
  ...{ name: 'generic', title: 'Generic', versions: [], images: [], services: [], paths: {}, settings: [], unread: [] },
  ...{ complete: [], data: [], outbound: [], signOn: [], guide: undefined },
}

function stackOf(docker: unknown, more: { host?: unknown; compose?: ComposeProject } = {}): Stack {
  return {
    ...emptyStack('/srv/shop', GENERIC),
    compose: more.compose,
    liveDocker: savedDocker(docker),
    liveHost: more.host === undefined ? undefined : savedHost(more.host),
    now: Date.UTC(2026, 0, 1),
  }
}

function run(id: string, stack: Stack): readonly Observation[] {
  const rule = dockerRules.find((one) => one.id === id)!
  const found: Observation[] = []
  assert.ok(rule.applies(stack))
  rule.check(stack, (observation) => found.push(observation))
  return found
}

/** A project of which only its place and the names of its services matter here. */
function project(...names: readonly string[]): ComposeProject {
  const at = { file: 'compose.yaml', line: 1, column: 1 }
  const services = names.map((name) => ({ name, at, profiles: [], ports: [], image: undefined }) as unknown as Service)
  const maps = { networks: new Map(), volumes: new Map(), secrets: new Map(), configs: new Map(), variables: new Map() }
  return {
    files: ['compose.yaml'],
    envFiles: [],
    path: '/srv/shop/compose.yaml',
    tree: { kind: 'mapping', entries: new Map(), at },
    services,
    ...maps,
  }
}

test('looks at the containers of its own project, not at those of its neighbours', () => {
  const containers = [
    { name: 'shop-web', compose: { project: 'shop', service: 'web', folder: '/srv/shop' } },
    { name: 'shop-once', compose: { project: 'shop', service: 'web', folder: '/srv/shop', oneOff: true } },
    { name: 'other', privileged: true, compose: { project: 'other', service: 'web', folder: '/srv/other' } },
  ]
  const own = containersOf(stackOf({ containers }, { compose: project('web') }))
  assert.deepEqual(
    own.map(({ name }) => name),
    ['shop-web'],
  )
  assert.deepEqual(
    containersOf(stackOf({ containers })).map(({ name }) => name),
    ['shop-web', 'other'],
  )
})

test('a service that ended well was a job; one that was never made is missing', () => {
  const compose = (service: string) => ({ project: 'shop', service, folder: '/srv/shop' })
  const containers = [
    { name: 'web', compose: compose('web') },
    { name: 'migrate', state: 'exited', exitCode: 0, compose: compose('migrate') },
    { name: 'backup', state: 'exited', exitCode: 1, compose: compose('backup') },
  ]
  const found = run(
    'docker.service-not-running',
    stackOf({ containers }, { compose: project('web', 'migrate', 'backup', 'cron') }),
  )
  assert.deepEqual(
    found.map(({ service }) => service),
    ['backup', 'cron'],
  )
})

test('root of a user namespace is milder than root of the host', () => {
  const severity = (engine: object) =>
    run('docker.root-user', stackOf({ ...engine, containers: [{ name: 'web', user: '0:0' }] }))[0]!.severity
  assert.equal(severity({ userNamespaces: false }), undefined)
  assert.equal(severity({ userNamespaces: true }), 'low')
})

test('a socket proxy may hold the socket, but not be published', () => {
  const mounts = [{ kind: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock', readOnly: true }]
  const proxy = { name: 'proxy', image: 'tecnativa/docker-socket-proxy:0.3', mounts }
  assert.deepEqual(run('docker.socket-mounted', stackOf({ containers: [proxy] })), [])
  const ports = [{ hostAddress: '::', published: 2375, target: 2375, protocol: 'tcp' }]
  assert.equal(run('docker.socket-mounted', stackOf({ containers: [{ ...proxy, ports }] }))[0]!.severity, 'critical')
})

test('both addresses of a published database are named in one finding', () => {
  const port = (hostAddress: string) => ({ hostAddress, published: 8081, target: 8080, protocol: 'tcp' })
  const found = run(
    'docker.inside-port-published',
    stackOf({ containers: [{ name: 'adminer', image: 'adminer:5', ports: [port('0.0.0.0'), port('::')] }] }),
  )
  assert.equal(found.length, 1)
  assert.equal(found[0]!.observed, 'published on 0.0.0.0:8081 and [::]:8081')
  assert.equal(found[0]!.expected, '127.0.0.1:8081, or no published port')
})

const NETWORK = {
  containers: [{ name: 'db', networks: ['inside'] }],
  networks: [{ name: 'inside', internal: true, gateways: ['172.20.0.1'] }],
}
const SOCKETS = [
  { protocol: 'tcp', address: '0.0.0.0', port: 22, process: 'sshd' },
  { protocol: 'tcp', address: '::', port: 9100, process: 'node_exporter' },
]

test('an internal network is not sealed while the host listens on all addresses', () => {
  const found = run(
    'docker.internal-network-not-sealed',
    stackOf(NETWORK, { host: { sockets: SOCKETS, firewallSeen: true } }),
  )
  assert.match(found[0]!.observed, /reach the host at 172\.20\.0\.1 on port 22, 9100/)
})

test('a firewall that refuses closes that way, but for the ports that it lets in', () => {
  const at = { file: 'host:nft', line: 1, column: 1 }
  const open = [{ at, protocol: 'tcp', first: 22, last: 22 }]
  const firewalls = [{ tool: 'nftables', input: { value: 'drop', at }, open }]
  const found = run(
    'docker.internal-network-not-sealed',
    stackOf(NETWORK, { host: { sockets: SOCKETS, firewallSeen: true, firewalls } }),
  )
  assert.match(found[0]!.observed, /on port 22$/)
})

test('a finding on a weak secret names its kind and length, and is mild when it is only empty', () => {
  const environment = [
    { name: 'SECRET_KEY', weakness: 'a placeholder, 12 characters' },
    { name: 'SMTP_PASSWORD', weakness: 'it is empty' },
  ]
  const found = run('docker.weak-secret', stackOf({ containers: [{ name: 'web', environment }] }))
  assert.deepEqual(
    found.map(({ observed, severity }) => [observed, severity]),
    [
      ['SECRET_KEY: a placeholder, 12 characters', undefined],
      ['SMTP_PASSWORD: it is empty', 'low'],
    ],
  )
})
