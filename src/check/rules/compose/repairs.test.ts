import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ComposeRepair } from '../../fix/repair.ts'
import { observed, stackOf } from '../../samples.fixture.ts'
import type { Sample } from '../rule.ts'
import { composeRules } from './index.ts'

function repaired(id: string, sample: Sample): readonly ComposeRepair[] {
  const rule = composeRules.find((one) => one.id === `compose.${id}`)!
  return observed(rule, stackOf(sample)).flatMap(
    (one) => (one.repair ?? []) as ComposeRepair | readonly ComposeRepair[],
  )
}

const one = (lines: string) => ({ 'compose.yaml': `services:\n  one:\n${lines.replace(/^/gm, '    ')}\n` })

test('all ports of a service are bound to the loopback address, and keep ranges, protocol and family', () => {
  const ports = '["8000-8002:80-82", "[::]:5000:5000", "127.0.0.2:9:9", "3000", "1.2.3.4:53:53/udp"]'
  const [first] = repaired('published-data', one(`image: postgres:17.2\nports: ${ports}`))
  assert.deepEqual(first?.value, [
    '127.0.0.1:8000-8002:80-82',
    '[::1]:5000:5000',
    '127.0.0.2:9:9',
    '127.0.0.1::3000',
    '127.0.0.1:53:53/udp',
  ])
})

test('an image that gives up root by itself keeps the rights to do so', () => {
  const values = (lines: string) => repaired('capabilities', one(lines)).map(({ path, value }) => [path.at(-1), value])
  const change = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID']
  assert.deepEqual(values('image: postgres:17.2'), [
    ['cap_drop', ['ALL']],
    ['cap_add', change],
  ])
  assert.deepEqual(values('image: postgres:17.2\nuser: "999"'), [['cap_drop', ['ALL']]])
  assert.deepEqual(values('image: example/a:1.2.3'), [
    ['cap_drop', ['ALL']],
    ['cap_add', [...change, 'NET_BIND_SERVICE']],
  ])
  assert.deepEqual(values('image: caddy:2.10.0\nuser: "1000"'), [
    ['cap_drop', ['ALL']],
    ['cap_add', ['NET_BIND_SERVICE']],
  ])
})

test('a limit goes where the service has others, and never below what is reserved', () => {
  const path = (lines: string) =>
    repaired('memory-limit', one(`image: redis:7.4.2\n${lines}`))[0]
      ?.path.slice(2)
      .join('.')
  assert.equal(path(''), 'mem_limit')
  assert.equal(path('deploy: { resources: { limits: { cpus: "1" } } }'), 'deploy.resources.limits.memory')
  assert.equal(path('mem_reservation: 4g'), undefined)
})

test('a health check is mended in the form that it has', () => {
  const value = (lines: string) => repaired('health-path', one(`image: loomio/loomio:3.0.20\n${lines}`))[0]?.value
  assert.deepEqual(value('healthcheck: { test: [CMD, curl, "http://localhost:3000/api/v1/ping?a=b"] }'), [
    'CMD',
    'curl',
    'http://localhost:3000/up',
  ])
  assert.equal(
    value('healthcheck: { test: "curl -f http://localhost:3000/api/v1/ping || exit 1" }'),
    'curl -f http://localhost:3000/up || exit 1',
  )
})

test('a network is made internal only when nobody on it loses a way that is needed', () => {
  const stack = (web: string, more = '') => ({
    'compose.yaml': `services:
  web: { image: example/web:1.2.3, networks: ${web} }
  db: { image: "postgres:17.2", networks: [data] }
networks: { data: {}, front: {} }
${more}`,
  })
  assert.deepEqual(repaired('data-egress', stack('[data, front]')), [
    { kind: 'compose', path: ['networks', 'data', 'internal'], value: true, how: 'merge' },
  ])
  assert.deepEqual(repaired('data-egress', stack('[data]')), [])
})

test('a service that is on an internal network as well leaves the other, and keeps its names there', () => {
  const [repair] = repaired('data-egress', {
    'compose.yaml': `services:
  ollama:
    image: ollama/ollama:0.6.2
    networks: { inside: { aliases: [llm] }, outside: {} }
networks: { inside: { internal: true }, outside: {} }
`,
  })
  assert.deepEqual([repair?.how, repair?.value], ['replace', { inside: { aliases: ['llm'] } }])
})

test('a root is made read-only only where it is known what is written', () => {
  assert.deepEqual(
    repaired('writable-root', one('image: postgres:17.2\ntmpfs: [/tmp]')).map(({ path, value }) => [
      path.at(-1),
      value,
    ]),
    [
      ['read_only', true],
      ['tmpfs', ['/var/run/postgresql']],
    ],
  )
  assert.deepEqual(repaired('writable-root', one('image: example/a:1.2.3')), [])
})
