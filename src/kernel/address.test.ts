import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLoopback, parseAddress, parseNetwork, rateKey } from './address.ts'

const text = (address: string) => parseAddress(address)?.text
const key = (address: string) => rateKey(parseAddress(address)!)

/** Addresses, and texts that are nearly addresses. */
const candidates = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.stringMatching(/^[0-9a-fA-F:.]{1,24}$/),
  fc.stringMatching(/^(?:[0-9a-f]{0,5}:){1,8}[0-9a-f]{0,5}$/),
  fc.ipV4().map((v4) => `::ffff:${v4}`),
  fc.string(),
)

test('reads the usual forms, and writes each address in one form (RFC 5952)', () => {
  const forms: Record<string, string> = {
    '192.0.2.7': '192.0.2.7',
    '0.0.0.0': '0.0.0.0',
    '255.255.255.255': '255.255.255.255',
    '::': '::',
    '::1': '::1',
    '2001:DB8::1': '2001:db8::1',
    '2001:0db8:0000:0000:0001:0000:0000:0001': '2001:db8::1:0:0:1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '1:2:3:4:5:6:7::': '1:2:3:4:5:6:7:0',
    '64:ff9b::192.0.2.33': '64:ff9b::c000:221',
    'fe80::': 'fe80::',
  }
  for (const [from, to] of Object.entries(forms)) assert.equal(text(from), to)
  assert.deepEqual(parseAddress('2001:db8::ff')?.words, [0x20010db8, 0, 0, 255])
  assert.deepEqual(parseAddress('192.0.2.7')?.words, [0xc0000207])
})

test('an IPv4-mapped address is the IPv4 address, however it is written (B6)', () => {
  for (const form of ['::ffff:127.0.0.1', '::FFFF:7f00:1', '0:0:0:0:0:ffff:7f00:0001', '::ffff:7F00:1']) {
    assert.deepEqual(parseAddress(form), parseAddress('127.0.0.1'))
  }
})

test('refuses octal, decimal, hexadecimal and short forms, zone ids and decorations (B6)', () => {
  const refused = [
    ...['0177.0.0.1', '0177.1', '127.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '127.0.0.01', '00.0.0.0'],
    ...['256.0.0.1', '1.2.3', '1.2.3.4.5', '1..2.3', '.1.2.3.4', '1.2.3.4.', ' 1.2.3.4', '1.2.3.4\n', '１.2.3.4'],
    ...['fe80::1%eth0', 'fe80::1%25eth0', '[::1]', '::1/128', '1.2.3.4:80', '::ffff:0177.0.0.1', '::ffff:127.1'],
    ...['', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4::5:6:7:8', '00001::', 'g::', ':1::'],
    ...['1.2.3.4::', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '-1.2.3.4', '+1.2.3.4', '1e1.2.3.4'],
  ]
  for (const form of refused) assert.equal(parseAddress(form), undefined, form)
})

test('accepts what the operating system accepts, no more and no less, zone ids excepted', () => {
  fc.assert(
    fc.property(candidates, (candidate) => {
      const accepted = parseAddress(candidate) !== undefined
      assert.equal(accepted, isIP(candidate) !== 0 && !candidate.includes('%'))
    }),
    { numRuns: 5000 },
  )
})

test('the text of an address reads as that address', () => {
  fc.assert(
    fc.property(candidates, (candidate) => {
      const address = parseAddress(candidate)
      if (address !== undefined) assert.deepEqual(parseAddress(address.text), address)
    }),
    { numRuns: 5000 },
  )
})

test('an address cannot be changed by who holds it', () => {
  const address = parseAddress('192.0.2.7')!
  assert.ok(Object.isFrozen(address) && Object.isFrozen(address.words))
})

test('reads networks, and an address alone as a network of one', () => {
  assert.equal(parseNetwork('10.0.0.0/8').text, '10.0.0.0/8')
  assert.equal(parseNetwork('0.0.0.0/0').text, '0.0.0.0/0')
  assert.equal(parseNetwork('2001:DB8::/32').text, '2001:db8::/32')
  assert.equal(parseNetwork('192.0.2.7').text, '192.0.2.7/32')
  assert.equal(parseNetwork('::1').text, '::1/128')
  assert.equal(parseNetwork('::ffff:10.0.0.0/104').text, '10.0.0.0/8')
  assert.equal(parseNetwork('::ffff:0.0.0.0/96').text, '0.0.0.0/0')
  assert.equal(parseNetwork('::ffff:10.1.2.3').text, '10.1.2.3/32')
})

test('refuses a malformed network and says what to write', () => {
  const refused: [string, RegExp][] = [
    ['10.0.0.1/8', /10\.0\.0\.0\/8/],
    ['2001:db8::1/64', /2001:db8::\/64/],
    ['::ffff:10.0.0.1/104', /10\.0\.0\.0\/8/],
    ['::ffff:0.0.0.0/80', /prefix of 96 or more/],
    ['10.0.0.0/33', /from 0 to 32/],
    ['::/129', /from 0 to 128/],
    ['10.0.0.0/08', /from 0 to 32/],
    ['10.0.0.0/', /from 0 to 32/],
    ['10.0.0.0/8/8', /from 0 to 32/],
    ['10.0.0.0/255.0.0.0', /from 0 to 32/],
    ['10/8', /not a network/],
    ['example.org', /not a network/],
    ['\x1b[2J', /"\\u001b\[2J" is not a network/],
  ]
  for (const [network, message] of refused) assert.throws(() => parseNetwork(network), { name: 'RangeError', message })
})

test('counts IPv6 clients by their /64, so that rotating within it wins nothing (B7)', () => {
  assert.equal(key('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(key('2001:db8:1:2:ffff:ffff:ffff:ffff'), key('2001:db8:1:2::'))
  assert.notEqual(key('2001:db8:1:3::1'), key('2001:db8:1:2::1'))
})

test('never puts two IPv4 clients in one bucket, mapped ones neither (B7, CVE-2026-30827)', () => {
  assert.equal(key('192.0.2.7'), '192.0.2.7')
  assert.equal(key('::ffff:192.0.2.7'), '192.0.2.7')
  assert.notEqual(key('::ffff:192.0.2.7'), key('::ffff:192.0.2.8'))
})

test('knows loopback in both families, mapped too', () => {
  for (const yes of ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1'])
    assert.ok(isLoopback(parseAddress(yes)!))
  for (const no of ['128.0.0.1', '126.255.255.255', '0.0.0.0', '::', '::2', '1::1', '::1:0:0:1']) {
    assert.ok(!isLoopback(parseAddress(no)!), no)
  }
})
