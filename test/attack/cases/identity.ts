import { owned } from '../../../src/guards/client-address/owned.ts'
import type { AttackCase } from '../table.ts'
import type { Protocol } from '../ways.ts'
import { addresses } from './addresses.ts'

const HEADERS = '400 request-form.headers'
/** A name that is no token: the parser of HTTP/1.1 refuses the request, that of HTTP/2 leaves the field out for all. */
const UNPARSED = { 'HTTP/1.1': '400', 'HTTP/2': 'passed', WebSocket: '400' } as const
const SAID = 'spoofed-value'

const capital = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

/** Headers that name the client, the person or another request: dropped, in whatever spelling. */
const NAMES = [
  ...owned.names,
  ...owned.prefixes.map((prefix) => `${prefix}anything`),
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-uri',
  'x-forwarded-method',
  'x-forwarded-user',
  'x-auth-request-email',
  'x-middleware-subrequest',
]

/** Category B of the abuse cases: what a client says about itself. */
export const identity: readonly AttackCase[] = [
  ...spellings(),
  ...hopByHop(),
  ...addresses(),
  ...secrets(),
  {
    id: 'B2',
    name: 'a header that is there twice arrives twice, where that is no question of who asks',
    headers: [
      ['X-Note', 'one'],
      ['X-Note', 'two'],
    ],
    expect: 'passed',
  },
  { id: 'B2', name: 'a space before the colon', headers: [['X-Real-IP ', '10.0.0.1']], arrives: [], expect: UNPARSED },
  { id: 'B2', name: 'a tab before the name', headers: [['\tX-Real-IP', '10.0.0.1']], arrives: [], expect: UNPARSED },
  { id: 'B2', name: 'an empty name', headers: [['', SAID]], arrives: [], expect: UNPARSED },
  { id: 'B2', name: 'a name with a NUL', headers: [['X-Real\0-IP', SAID]], arrives: [], expect: UNPARSED },
  { id: 'B2', name: 'a name that is not ASCII', headers: [['X-R\u00e9al-IP', SAID]], arrives: [], expect: UNPARSED },
  {
    id: 'B2',
    name: 'two Host headers',
    headers: [['Host', 'evil.example']],
    expect: { 'HTTP/1.1': HEADERS, 'HTTP/2': HEADERS, WebSocket: HEADERS },
  },
  {
    id: 'B2',
    name: 'two Authorization headers',
    headers: [
      ['Authorization', 'Basic YTpi'],
      ['Authorization', 'Bearer x'],
    ],
    expect: HEADERS,
  },
  {
    id: 'B2',
    name: 'an underscore for the dash of Content-Length',
    headers: [
      ['Content_Length', '5'],
      ['Transfer_Encoding', 'chunked'],
    ],
    arrives: [],
    expect: 'passed',
  },
]

/** B1, B2, B4: in small and large letters, with underscores, twice. */
function spellings(): AttackCase[] {
  const variants: [string, (name: string) => string][] = [
    ['as it is written', capital],
    ['in upper case', (name) => name.toUpperCase()],
    ['with underscores', (name) => name.replaceAll('-', '_')],
    ['with one underscore', (name) => capital(name).replace('-', '_')],
  ]
  return [...new Set(NAMES)].flatMap((name, index) =>
    // Every name in one spelling at one site, each spelling over all ways for some: the table stays small.
    variants
      .filter((_, variant) => variant === 0 || (index + variant) % 3 === 0)
      .map(
        ([how, spell]): AttackCase => ({
          id: /^x-middleware/.test(name) ? 'B4' : /uri|method|host|url/.test(name) ? 'B1' : 'B2',
          name: `${spell(name)} ${how}, twice`,
          sites: [index % 2 === 0 ? 'app' : 'wiki'],
          headers: [
            [spell(name), SAID],
            [spell(name), SAID],
          ],
          arrives: [],
          expect: 'passed',
        }),
      ),
  )
}

/** B3: `Connection` may take away what the client said, and nothing of the gate's. */
function hopByHop(): AttackCase[] {
  const only = (verdict: string): Partial<Record<Protocol, string>> => ({ 'HTTP/1.1': verdict, 'HTTP/2': 'reset' })
  const own = [
    'X-Real-IP',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'X-Request-Id',
    'Host',
    'Cookie',
  ]
  return [
    ...own.map(
      (name): AttackCase => ({
        id: 'B3',
        name: `Connection: ${name}`,
        headers: [
          ['Connection', `close, ${name}`],
          ['Cookie', 'a=1'],
        ],
        cookie: 'a=1',
        arrives: [],
        expect: only('passed'),
      }),
    ),
    {
      id: 'B3',
      name: 'a header that Connection names ends here, the others do not',
      headers: [
        ['Connection', 'keep-alive, x-one'],
        ['X-One', '1'],
        ['X-Two', '2'],
      ],
      arrives: [['X-Two', '2']],
      expect: only('passed'),
    },
    {
      id: 'B3',
      name: 'Connection: Content-Length',
      headers: [['Connection', 'content-length']],
      expect: only(HEADERS),
    },
    {
      id: 'B3',
      name: 'Connection: Content-Type',
      headers: [
        ['Connection', 'close'],
        ['Connection', 'Content-Type'],
      ],
      expect: only(HEADERS),
    },
    {
      id: 'B3',
      name: 'other fields that end at this hop',
      headers: [
        ['TE', 'trailers'],
        ['Trailer', 'x-late'],
        ['Proxy-Authorization', 'Basic YTpi'],
      ],
      arrives: [],
      expect: 'passed',
    },
    { id: 'B3', name: 'Keep-Alive', headers: [['Keep-Alive', 'timeout=1000']], arrives: [], expect: only('passed') },
    {
      id: 'B3',
      name: 'Proxy-Connection',
      headers: [['Proxy-Connection', 'keep-alive']],
      arrives: [],
      expect: only('passed'),
    },
  ]
}

/** The session of the gate is not the application's business, and what is not the gate's comes through. */
function secrets(): AttackCase[] {
  const own = '__Host-Http-castellan'
  return [
    {
      id: 'B2',
      name: 'the session cookie never reaches the upstream',
      as: 'member',
      target: '/mine',
      headers: [['Cookie', 'theme=dark']],
      cookie: 'theme=dark',
      arrives: [],
      expect: 'passed',
    },
    {
      id: 'B2',
      name: 'nor does one that is planted',
      headers: [['Cookie', `a=1; ${own}=x; b=2;${own}-portal=y; ${own}-pre=z`]],
      cookie: 'a=1; b=2',
      arrives: [],
      expect: 'passed',
    },
    {
      id: 'B2',
      name: 'a ticket of nobody is dropped',
      headers: [['Castellan-Ticket', 'abc.def']],
      arrives: [],
      expect: 'passed',
    },
    {
      id: 'B2',
      name: 'and opens nothing',
      target: '/mine',
      headers: [['Castellan-Ticket', 'abc.def']],
      expect: '401 access.sign-in',
    },
    {
      id: 'B2',
      name: 'two tickets',
      headers: [
        ['Castellan-Ticket', 'a.b'],
        ['Castellan-Ticket', 'c.d'],
      ],
      expect: HEADERS,
    },
    {
      id: 'B2',
      name: 'the application’s own Authorization comes through',
      headers: [['Authorization', 'Bearer of-the-application']],
      expect: 'passed',
    },
  ]
}
