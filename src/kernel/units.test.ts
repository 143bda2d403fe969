import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { duration, hostName, httpUrl, listenAddress, network, origin, rate, size } from './units.ts'

const all = { duration, hostName, httpUrl, listenAddress, network, origin, rate, size }

function reads(schema: z.ZodType, forms: Record<string, unknown>): void {
  for (const [text, value] of Object.entries(forms)) assert.deepEqual(schema.parse(text), value, text)
}

/** Each must be refused with one error that names what was found and says what to write. */
function refuses(schema: z.ZodType, values: unknown[]): void {
  for (const value of values) {
    const result = schema.safeParse(value)
    assert.ok(!result.success, `${JSON.stringify(value)} was accepted`)
    assert.equal(result.error.issues.length, 1)
    assert.match(result.error.issues[0]!.message, /^found .+; write |^".+write |^".+it must be/s)
  }
}

test('durations are milliseconds', () => {
  reads(duration, {
    '0s': 0,
    '500ms': 500,
    '30s': 30_000,
    '10m': 600_000,
    '12h': 43_200_000,
    '90d': 7_776_000_000,
    '2w': 1_209_600_000,
  })
  refuses(duration, [
    '',
    '30',
    '1.5h',
    '-1s',
    '+1s',
    '030s',
    '1e3s',
    '30 s',
    '30S',
    '1h30m',
    '40000d',
    '9'.repeat(40),
    30,
    null,
    undefined,
    [],
  ])
})

test('sizes are bytes, decimal or binary as their unit says', () => {
  reads(size, {
    '0': 0,
    '0B': 0,
    '7B': 7,
    '512KB': 512_000,
    '100MB': 100_000_000,
    '10MiB': 10_485_760,
    '2TiB': 2 ** 41,
  })
  assert.equal(size.parse(0), 0)
  refuses(size, [
    '',
    '100',
    100,
    '10M',
    '10mb',
    '10Mb',
    '1.5GB',
    '-1B',
    '01B',
    '1 MB',
    '99999999TiB',
    '1BiB',
    {},
    false,
  ])
})

test('rates are a count in a time', () => {
  reads(rate, {
    '10/s': { count: 10, perMs: 1000 },
    '600/m': { count: 600, perMs: 60_000 },
    '5/h': { count: 5, perMs: 3_600_000 },
  })
  refuses(rate, ['', '0/s', '10', '10/', '10/5s', '10/x', '-1/s', '1.5/s', '10 / s', '9999999999/s', 10])
})

test('a host name is lower case, whatever the operator writes (A6)', () => {
  reads(hostName, {
    'App.Example.ORG': 'app.example.org',
    localhost: 'localhost',
    'app.localhost': 'app.localhost',
    '3com.example': '3com.example',
    'xn--caf-dma.example': 'xn--caf-dma.example',
    '192.0.2.7': '192.0.2.7',
    '2001:DB8::1': '2001:db8::1',
    '::ffff:192.0.2.7': '192.0.2.7',
  })
})

test('refuses host names that two readers could read differently (A6, A12, B6)', () => {
  refuses(hostName, [
    ...[
      '',
      '.',
      'app.example.org.',
      '.example.org',
      'a..b',
      '-a.example',
      'a-.example',
      'a_b.example',
      '*.example.org',
    ],
    ...['café.example', '\u212Aey.example', 'a b', 'a/b', 'a:80', 'a@b', '[::1]', 'a\n', `${'a'.repeat(64)}.example`],
    ...['0177.1', '2130706433', '127.1', '0x7f.1', '0x7f000001', '1.2.3.256', 'app.0x', 'fe80::1%eth0'],
    ...[`${'a.'.repeat(127)}example`, 7],
  ])
})

test('an origin is what a browser writes: no path, no default port, lower case', () => {
  reads(origin, {
    'https://auth.example.org': 'https://auth.example.org',
    'HTTPS://Auth.Example.org:443/': 'https://auth.example.org',
    'https://auth.example.org:8443': 'https://auth.example.org:8443',
    'https://[2001:DB8::1]:8443': 'https://[2001:db8::1]:8443',
    'http://localhost:8080': 'http://localhost:8080',
    'http://app.localhost': 'http://app.localhost',
    'http://127.0.0.1:3000': 'http://127.0.0.1:3000',
    'http://[::1]': 'http://[::1]',
  })
  refuses(origin, [
    ...['http://auth.example.org', 'http://127.evil.example', 'http://localhost.evil.example', 'http://evillocalhost'],
    ...[
      'https://auth.example.org/x',
      'https://auth.example.org//',
      'https://auth.example.org?x',
      'https://auth.example.org#x',
    ],
    ...[
      'https://u@auth.example.org',
      'https://auth.example.org:0',
      'https://auth.example.org:65536',
      'https://a:080',
      'https://',
    ],
    ...[
      'https://auth.example.org.',
      'https://*.example.org',
      'https://a\\b',
      'https:auth.example.org',
      'null',
      'ws://a',
      'https://0x7f.1',
    ],
    ...[
      'https://[192.0.2.7]',
      'https://::1',
      'https://[::ffff:127.0.0.1]',
      'https://a_b.example',
      ' https://a',
      'https://a\n',
    ],
  ])
})

test('an upstream is a scheme, a host and a port; names of Compose services are taken', () => {
  reads(httpUrl, {
    'http://127.0.0.1:3000': 'http://127.0.0.1:3000',
    'http://my_app:3000/': 'http://my_app:3000',
    'https://App.internal:443': 'https://app.internal',
    'http://[::1]:80': 'http://[::1]',
  })
  refuses(httpUrl, [
    '127.0.0.1:3000',
    'ftp://a',
    'http://a/b',
    'http://a?b',
    'http://2130706433',
    'http://0177.1:80',
    'http://a:b',
  ])
})

test('a password in a URL is not repeated in the error', () => {
  const result = httpUrl.safeParse('http://user:hunter2@app:3000')
  assert.ok(!result.success && !result.error.message.includes('hunter2'))
})

test('addresses to listen on have an IP address or none, and a port', () => {
  reads(listenAddress, {
    ':443': ':443',
    '127.0.0.1:0': '127.0.0.1:0',
    '[::1]:8443': '[::1]:8443',
    '[2001:DB8::1]:1': '[2001:db8::1]:1',
  })
  refuses(listenAddress, [
    '',
    '443',
    '127.0.0.1',
    '::1:443',
    'localhost:443',
    '127.1:443',
    '[127.0.0.1]:443',
    ':65536',
    ':0443',
    '[fe80::1%eth0]:1',
    443,
  ])
})

test('networks come out in one form', () => {
  reads(network, { '10.0.0.0/8': '10.0.0.0/8', '192.0.2.7': '192.0.2.7/32', '2001:DB8::/32': '2001:db8::/32' })
  refuses(network, ['10.0.0.1/8', '10.0.0.0/33', '10/8', '', 'x'.repeat(100), 10, null])
})

test('no schema throws, and what a text comes out as is read as itself', () => {
  const text = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.domain(),
    fc.webUrl(),
    fc.stringMatching(/^[0-9]{1,4}[a-zA-Z/]{0,3}$/),
  )
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(all)), fc.oneof(text, fc.anything()), (schema, input) => {
      const result = schema.safeParse(input)
      if (typeof result.data === 'string') assert.equal(schema.parse(result.data), result.data)
    }),
    { numRuns: 10_000 },
  )
})

test('every string has a bound, in the JSON Schema too', () => {
  for (const [name, schema] of Object.entries(all)) {
    assert.match(JSON.stringify(z.toJSONSchema(schema, { io: 'input' })), /"type":"string","maxLength":\d+/, name)
    assert.ok(!schema.safeParse('1'.repeat(100_000)).success)
  }
})
