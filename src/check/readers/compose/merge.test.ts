import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, plain } from '../../text/tree.ts'
import { inFolder, told } from './folder.fixture.ts'
import { readCompose } from './read.ts'

/** The service `a` of a file and of its override, merged. */
function merged(base: string, over: string): { service: unknown; told: readonly string[] } {
  const file = (service: string) => `services:\n  a:\n${service.replace(/^/gm, '    ')}\n`
  return inFolder({ 'compose.yaml': file(base), 'compose.override.yaml': file(over) }, (folder, disk) => {
    const project = readCompose(disk, folder)!
    return { service: plain(at(project.tree, 'services', 'a')!), told: told(disk) }
  })
}

const CASES: readonly (readonly [claim: string, base: string, over: string, result: unknown])[] = [
  ['replaces single values', 'image: a', 'image: b', { image: 'b' }],
  [
    'replaces commands whole',
    'command: [a, b]\nentrypoint: x',
    'command: c\nentrypoint: [y]',
    { command: 'c', entrypoint: ['y'] },
  ],
  [
    'replaces the test of a health check',
    'healthcheck: {test: [CMD, a], retries: 1}',
    'healthcheck: {test: b}',
    { healthcheck: { test: 'b', retries: 1 } },
  ],
  [
    'appends ports, also other addresses of one port',
    'ports: ["80:80"]',
    'ports: ["127.0.0.1:80:80"]',
    { ports: ['80:80', '127.0.0.1:80:80'] },
  ],
  [
    'takes one port of two forms once',
    'ports: ["80:80"]',
    'ports: [{target: 80, published: "80"}]',
    { ports: [{ target: 80, published: '80' }] },
  ],
  [
    'merges environments by name, lists and mappings',
    'environment: {A: 1, B: 2}',
    'environment: [B=3, C]',
    { environment: { A: 1, B: '3', C: null } },
  ],
  ['merges labels by name', 'labels: [a=1]', 'labels: {a: 2}', { labels: { a: 2 } }],
  [
    'merges volumes by their target',
    'volumes: ["./a:/x", "vol:/y"]',
    'volumes: ["./b:/x:ro", {type: tmpfs, target: /y}]',
    { volumes: ['./b:/x:ro', { type: 'tmpfs', target: '/y' }] },
  ],
  [
    'merges secrets by their target',
    'secrets: [s, {source: t, target: /run/secrets/u}]',
    'secrets: [{source: u}]',
    { secrets: ['s', { source: 'u' }] },
  ],
  [
    'appends security options and drops repeated capabilities',
    'security_opt: [a]\ncap_drop: [ALL]',
    'security_opt: [b]\ncap_drop: [ALL]',
    { security_opt: ['a', 'b'], cap_drop: ['ALL'] },
  ],
  [
    'makes lists of single values',
    'dns: 1.1.1.1\ntmpfs: /a',
    'dns: [8.8.8.8]\ntmpfs: [/b]',
    { dns: ['1.1.1.1', '8.8.8.8'], tmpfs: ['/a', '/b'] },
  ],
  [
    'merges networks, lists and mappings',
    'networks: [x]',
    'networks: {y: {aliases: [z]}}',
    { networks: { x: null, y: { aliases: ['z'] } } },
  ],
  [
    'merges dependencies, lists and mappings',
    'depends_on: [x]',
    'depends_on: {y: {condition: service_healthy}}',
    { depends_on: { x: { condition: 'service_started' }, y: { condition: 'service_healthy' } } },
  ],
  [
    'merges a short build with a long one',
    'build: .',
    'build: {dockerfile: D}',
    { build: { context: '.', dockerfile: 'D' } },
  ],
  [
    'keeps options of one logging driver',
    'logging: {driver: a, options: {x: 1}}',
    'logging: {options: {y: 2}}',
    { logging: { driver: 'a', options: { x: 1, y: 2 } } },
  ],
  [
    'forgets options of another logging driver',
    'logging: {driver: a, options: {x: 1}}',
    'logging: {driver: b}',
    { logging: { driver: 'b' } },
  ],
  [
    'merges limits of a deployment by key',
    'deploy: {resources: {limits: {memory: 1g}}}',
    'deploy: {resources: {limits: {cpus: "2"}}}',
    { deploy: { resources: { limits: { memory: '1g', cpus: '2' } } } },
  ],
  ['takes null for nothing', 'image: a\nports: [80]', 'image:\nports:', { image: 'a', ports: [80] }],
  [
    'takes out what is reset',
    'image: a\nports: [80]\nenvironment: {A: 1, B: 2}',
    'ports: !reset []\nenvironment: {A: !reset null}',
    { image: 'a', environment: { B: 2 } },
  ],
  [
    'replaces what is overridden',
    'ports: ["80:80"]\ncap_add: [A]',
    'ports: !override ["127.0.0.1:80:80"]\ncap_add: !override [B]',
    { ports: ['127.0.0.1:80:80'], cap_add: ['B'] },
  ],
  ['takes out a reset of nothing', 'image: a', 'ports: !reset []', { image: 'a' }],
  ['replaces extensions whole', 'x-a: {b: 1}', 'x-a: {c: 1}', { 'x-a': { c: 1 } }],
]

for (const [claim, base, over, result] of CASES) {
  test(`${claim}, as Compose does`, () => {
    assert.deepEqual(merged(base, over), { service: result, told: [] })
  })
}

test('says where a list meets a mapping', () => {
  const { told: problems } = merged('cap_add: [A]', 'cap_add: {B: 1}')
  assert.deepEqual(problems, [
    "compose.override.yaml:3:14 services.a.cap_add is a mapping here and a list in compose.yaml:3; Compose can't merge them, so only this one is used",
  ])
})
