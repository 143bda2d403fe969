import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Disk } from '../../disk.ts'
import type { Place } from '../../text/place.ts'
import { parseIptables } from './iptables.ts'
import { parseNftables } from './nftables.ts'
import { readHost } from './read.ts'

const top = mkdtempSync(join(tmpdir(), 'castellan-firewalls-'))
after(() => rmSync(top, { recursive: true }))

const file = (text: string) => ({ path: '/x', shown: 'x', text })
const ports = (open: readonly { first: number; last: number; from: string | undefined }[]) =>
  open.map(({ first, last, from }) => [first, last, from])

function nft(text: string) {
  const problems: { at: Place; message: string }[] = []
  const firewall = parseNftables(file(text), (at, message) => problems.push({ at, message }))
  return { firewall, problems }
}

test('reads what ufw writes: policies, tuples for both families, sources, comments', () => {
  const files = {
    'etc/default/ufw': 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n',
    'etc/ufw/ufw.conf': 'ENABLED=yes\nLOGLEVEL=low\n',
    'etc/ufw/user.rules': [
      '*filter',
      '### RULES ###',
      '### tuple ### limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in',
      '-A ufw-user-input -p tcp --dport 22 -j ufw-user-limit-accept',
      '### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 Nginx%20Full - in comment=776562',
      '### tuple ### allow any 5432 0.0.0.0/0 any 10.0.0.0/8 in',
      '### tuple ### deny tcp 23 0.0.0.0/0 any 0.0.0.0/0 in',
      '### tuple ### allow tcp 25 0.0.0.0/0 any 0.0.0.0/0 out',
      'COMMIT',
    ].join('\n'),
    'etc/ufw/user6.rules': '### tuple ### allow tcp 6000:6010 ::/0 any ::/0 in\n',
    'etc/ufw/after.rules':
      '*filter\n:DOCKER-USER - [0:0]\n-A DOCKER-USER -j ufw-user-forward\n-A DOCKER-USER -j RETURN\nCOMMIT\n',
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
  const [ufw] = readHost(new Disk(top), top)!.firewalls
  assert.equal(ufw!.active!.value, true)
  assert.equal(ufw!.input!.value, 'drop')
  assert.deepEqual(ufw!.input!.at, { file: 'etc/default/ufw', line: 2, column: 1 })
  assert.equal(ufw!.output!.value, 'accept')
  assert.equal(ufw!.family, 'both')
  assert.equal(ufw!.filtersContainers, true)
  assert.deepEqual(ports(ufw!.open), [
    [22, 22, undefined],
    [80, 80, undefined],
    [443, 443, undefined],
    [5432, 5432, '10.0.0.0/8'],
    [6000, 6010, undefined],
  ])
})

test('reads nested nftables with sets, comments and several statements on a line', () => {
  const { firewall, problems } = nft(`#!/usr/sbin/nft -f
flush ruleset
define office = 192.0.2.0/24
table inet filter {
  set banned { type ipv4_addr; flags timeout; elements = { 192.0.2.7, 192.0.2.8 } }
  chain input { # what comes in }
    type filter hook input priority 0; policy drop;
    iif "lo" accept
    ct state established,related accept; tcp dport { ssh, 443 } accept comment "a } brace"
    ip saddr 192.0.2.0/24 tcp dport 5432-5433 counter accept
    udp dport 51820 drop
  }
  chain output { type filter hook output priority 0; }
}
add rule inet filter input tcp dport 8443 accept
`)
  assert.deepEqual(problems, [])
  assert.equal(firewall!.family, 'both')
  assert.deepEqual(firewall!.input, { value: 'drop', at: { file: 'x', line: 7, column: 40 } })
  assert.equal(firewall!.output!.value, 'accept')
  assert.deepEqual(ports(firewall!.open), [
    [22, 22, undefined],
    [443, 443, undefined],
    [5432, 5433, '192.0.2.0/24'],
    [8443, 8443, undefined],
  ])
})

test('takes a last rule that drops everything for a policy that drops', () => {
  const { firewall } = nft(
    'table ip filter {\n chain in {\n type filter hook input priority 0;\n tcp dport 22 accept\n counter packets 1 bytes 2 drop\n }\n}\n',
  )
  assert.equal(firewall!.input!.value, 'drop')
  assert.equal(firewall!.family, 'ipv4')
})

test('tells of a block that is not closed, with its line, and of a brace too many', () => {
  assert.deepEqual(
    nft('table inet filter {\n  chain input {\n    type filter hook input priority 0;\n  }\n').problems,
    [{ at: { file: 'x', line: 1, column: 1 }, message: 'the block "table inet filter" is not closed' }],
  )
  assert.equal(nft('table inet f {\n}\n}\n').problems[0]!.at.line, 3)
})

test('reads iptables-save and knows that Docker without rules in DOCKER-USER filters nothing', () => {
  const docker = '*nat\n:PREROUTING ACCEPT [0:0]\n-A DOCKER -p tcp --dport 3000 -j DNAT --to 172.17.0.2:3000\nCOMMIT\n'
  const filter =
    '*filter\n:INPUT DROP [0:0]\n:DOCKER-USER - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 5432 -j ACCEPT\n'
  const firewall = parseIptables(file(`${docker}${filter}-A DOCKER-USER -j RETURN\nCOMMIT\n`), 'ipv4')!
  assert.equal(firewall.input!.value, 'drop')
  assert.equal(firewall.input!.at.line, 6)
  assert.equal(firewall.filtersContainers, false)
  assert.deepEqual(ports(firewall.open), [
    [80, 80, undefined],
    [443, 443, undefined],
    [5432, 5432, '10.0.0.0/8'],
  ])
  const closed = parseIptables(file(`${filter}-A DOCKER-USER -i eth0 -j DROP\nCOMMIT\n`), 'ipv4')!
  assert.equal(closed.filtersContainers, true)
  assert.equal(parseIptables(file(docker), 'ipv4'), undefined)
})

test("Docker's own forward chain that drops is no filter; a chain of the host's own, or rules in DOCKER-USER, are", () => {
  const docker = (user: string) =>
    `table ip filter {\n chain FORWARD {\n type filter hook forward priority filter; policy drop;\n jump DOCKER-USER\n }\n chain DOCKER {\n tcp dport 80 accept\n }\n chain DOCKER-USER {\n counter packets 0 bytes 0 ${user}\n }\n}\n`
  const own = 'table inet filter {\n chain forward {\n type filter hook forward priority 0; policy drop;\n }\n}\n'
  assert.equal(nft(docker('return')).firewall!.filtersContainers, false)
  assert.equal(nft(docker('jump ufw-user-forward')).firewall!.filtersContainers, true)
  assert.equal(nft(docker('return') + own).firewall!.filtersContainers, true)
})
