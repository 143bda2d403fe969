import fc from 'fast-check'
import { owned } from '../../src/guards/client-address/owned.ts'
import type { HeaderLines } from '../attack/ways.ts'

/** Pieces that paths are made of: what parsers disagree about, and plain words. */
const piece = fc.constantFrom(
  'admin',
  'ADMIN',
  'open',
  'x',
  '/',
  '//',
  '.',
  '..',
  ';',
  ';x=1',
  '%2f',
  '%2F',
  '%5c',
  '%2e',
  '%252e',
  '%252f',
  '%61dmin',
  '%2561',
  '%3f',
  '%23',
  '%00',
  '%0a',
  '%c0%af',
  '%ff',
  '%',
  '%u0041',
  '\\',
  '?',
  '#',
  '&',
  '=',
  '@',
  ':',
  '*',
  '\u00e9',
  ' ',
  '\t',
  '~',
  '%C4%B0',
)

export const targets = fc.oneof(
  { weight: 6, arbitrary: fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`) },
  { weight: 2, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.webPath() },
  {
    weight: 1,
    arbitrary: fc.constantFrom('*', 'https://shop.localhost/admin', '//shop.localhost/admin', 'shop.localhost:443', ''),
  },
)

export const methods = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY') },
  { weight: 2, arbitrary: fc.constantFrom('DELETE', 'TRACE', 'TRACK', 'CONNECT', 'get', 'PRI') },
  { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{1,12}$/) },
)

const capital = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
const ownedName = fc.constantFrom(...owned.names, ...owned.prefixes.map((prefix) => `${prefix}x`))
const spelled = fc
  .tuple(
    ownedName,
    fc.constantFrom<(name: string) => string>(
      (name) => name,
      capital,
      (name) => name.toUpperCase(),
      (name) => name.replaceAll('-', '_'),
    ),
  )
  .map(([name, spell]) => spell(name))
const framing = fc.constantFrom(
  'Connection',
  'TE',
  'Trailer',
  'Expect',
  'Upgrade',
  'Keep-Alive',
  'Host',
  'Cookie',
  'Origin',
  'Content-Type',
  'Authorization',
  'Sec-WebSocket-Key',
  'Castellan-Ticket',
  'HTTP2-Settings',
  'Proxy-Authorization',
)
const name = fc.oneof(
  { weight: 8, arbitrary: spelled },
  { weight: 2, arbitrary: framing },
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,12}$/).map((text) => `x-${text}`) },
  { weight: 1, arbitrary: fc.stringMatching(/^[!-9;-~]{1,8}$/) },
)
const value = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[ -~]{0,20}$/).map((text) => text.trim()) },
  {
    weight: 7,
    arbitrary: fc.constantFrom(
      'close',
      'keep-alive, x-real-ip',
      'chunked',
      '100-continue',
      'websocket',
      'h2c',
      'trailers',
      '10.0.0.1',
      'null',
      'a=1; b=2',
      '__Host-Http-castellan=x',
      '\u00e9\u00ff',
    ),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[\x00-\xff]{0,12}$/) },
)

export const headers: fc.Arbitrary<HeaderLines> = fc.array(fc.tuple(name, value), { maxLength: 8 })

export const bodies = fc.option(fc.stringMatching(/^[ -~\r\n]{0,60}$/), { nil: undefined })

export interface Generated {
  readonly method: string
  readonly target: string
  readonly headers: HeaderLines
  readonly body: string | undefined
}

export const requests: fc.Arbitrary<Generated> = fc.record({ method: methods, target: targets, headers, body: bodies })
