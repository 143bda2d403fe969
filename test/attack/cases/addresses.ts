import type { AttackCase } from '../table.ts'

/** The one trusted proxy of this installation. */
const PROXY = '127.0.0.77'

/** B5, B6, B10: addresses. */
export function addresses(): AttackCase[] {
  const said = (value: string): readonly [string, string][] => [['X-Forwarded-For', value]]
  const strange: AttackCase[] = ['10.0.0.1', '10.0.0.1, 10.0.0.2', '::ffff:10.0.0.1', '127.0.0.77'].map((value) => ({
    id: 'B5',
    name: `a stranger who says ${value}`,
    target: '/inside',
    headers: said(value),
    expect: '403 access.from',
  }))
  const inside: [string, string][] = [
    ['10.1.2.3', '10.1.2.3'],
    ['203.0.113.9, 10.1.2.3', '10.1.2.3'],
    ['10.1.2.3, 127.0.0.77', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::FFFF:0A01:0203', '10.1.2.3'],
    ['FD00::0001', 'fd00::1'],
  ]
  const outside = ['192.0.2.1', '10.1.2.3, 192.0.2.1', '2001:db8::10.0.0.1', 'fe80::1', '64:ff9b::10.0.0.1']
  const malformed = [
    '0177.0.0.1',
    '10.1',
    '167838211',
    '0x0a.1.2.3',
    '010.1.2.3',
    'fd00::1%eth0',
    '10.1.2.3:80:90',
    'unknown',
    '10.1.2.3,',
    '10.1.2.256',
    '\u0661\u0660.1.2.3',
    "10.1.2.3' OR 1=1",
    Array(40).fill('127.0.0.77').join(','),
  ]
  const v4 = (attack: AttackCase): AttackCase => ({ ...attack, from: PROXY, target: '/inside', sites: ['app'] })
  return [
    ...strange,
    {
      id: 'B10',
      name: 'the upstream is told the address of the client and not of the gate',
      from: '127.0.0.9',
      expect: 'passed',
    },
    {
      id: 'B5',
      name: 'left of what the trusted proxy saw, nobody is believed',
      from: PROXY,
      headers: said('198.51.100.1, 192.0.2.7'),
      arrives: [],
      client: '192.0.2.7',
      sites: ['app'],
      expect: 'passed',
    },
    ...inside.map(([value, client]) =>
      v4({ id: 'B6', name: `inside: ${value}`, headers: said(value), arrives: [], client, expect: 'passed' }),
    ),
    ...outside.map((value) =>
      v4({ id: 'B6', name: `outside: ${value}`, headers: said(value), expect: '403 access.from' }),
    ),
    ...malformed.map((value) =>
      v4({
        id: 'B6',
        name: `no address: ${value.slice(0, 40)}`,
        headers: said(Buffer.from(value).toString('latin1')),
        expect: '400 client-address.malformed',
      }),
    ),
    v4({ id: 'B6', name: 'a denied network, as IPv4', headers: said('203.0.113.5'), expect: '403 network.denied' }),
    v4({
      id: 'B6',
      name: 'a denied network, mapped into IPv6',
      headers: said('::FFFF:203.0.113.5'),
      expect: '403 network.denied',
    }),
    v4({
      id: 'B6',
      name: 'a denied network, IPv6 in upper case',
      headers: said('2001:DB8:BAD::1'),
      expect: '403 network.denied',
    }),
  ]
}
