import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from '../../cli/load-policy.ts'
import { parseAddress } from '../../kernel/address.ts'
import { compileNetworks } from '../../kernel/network-set.ts'
import { createClients } from './clients.ts'

const DRAWS = 200

function clientsOf(network: string) {
  const yaml = `
portal: https://auth.example.org
network: ${network}
sites: [{ host: app.example.org, routes: [{ upstream: http://127.0.0.1:1 }] }]`
  return createClients(parsePolicy(yaml, 'castellan.yaml'))
}
const isIn = (client: string, ...networks: string[]) => compileNetworks(networks).has(parseAddress(client)!)
const draw = (make: () => string) => Array.from({ length: DRAWS }, make)

test('synthetic clients are of a documentation range, and hardly ever the same', () => {
  const clients = draw(clientsOf('{}').any)
  assert.ok(clients.every((client) => isIn(client, '2001:db8::/32')))
  assert.equal(new Set(clients).size, DRAWS)
})

test('synthetic clients avoid denied networks and trusted proxies', () => {
  const clients = draw(clientsOf("{ deny: ['2001:db8::/32', 192.0.2.0/24], trusted-proxies: [198.51.100.0/24] }").any)
  assert.ok(clients.every((client) => isIn(client, '203.0.113.0/24')))
})

test('with an allow list synthetic clients are on it, and not in what is denied within', () => {
  const { any, of } = clientsOf('{ allow: [10.0.0.0/8], deny: [10.128.0.0/10] }')
  assert.ok(draw(any).every((client) => isIn(client, '10.0.0.0/8') && !isIn(client, '10.128.0.0/10')))
  assert.ok(draw(() => of('10.128.0.0/9')).every((client) => isIn(client, '10.192.0.0/10')))
})

test('an address that is asked for is taken, also when it is denied', () => {
  assert.equal(clientsOf('{ deny: [203.0.113.0/24] }').of('203.0.113.7'), '203.0.113.7')
})
