import type { Fields } from '../../helpers/h2-client.ts'

/** Fields of a request in HTTP/2 as they are, and what comes of them. `{host}`, `{name}`, `{session}` are filled in. */
export interface FieldCase {
  readonly name: string
  readonly fields: Fields
  readonly body?: string
  readonly expect: string
  /** What reached the upstream: start line, body, `Cookie`; headers whose names are in the list must not be there. */
  readonly arrives?: { readonly startLine?: string; readonly body?: string; readonly cookie?: string }
}

const pseudo = (changes: Readonly<Record<string, string | undefined>> = {}): [string, string][] =>
  Object.entries({
    ':method': 'GET',
    ':scheme': 'https',
    ':authority': '{host}',
    ':path': '/open',
    ...changes,
  }).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))

const FORM = '400 request-form.headers'
const INJECTED = 'a\r\nX-Real-IP: 10.0.0.1'

const bad = (name: string, fields: Fields, expect = 'reset'): FieldCase => ({ name, fields, expect })
/** The field is left out by nghttp2 before anybody sees it: policy and upstream agree that it was never there. */
const without = (name: string, ...fields: Fields): FieldCase => ({
  name,
  fields: [...pseudo(), ...fields],
  expect: 'passed',
  arrives: {},
})

/** D5: what HTTP/2 can carry and HTTP/1.1 must not. */
export const fieldCases: readonly FieldCase[] = [
  { name: 'the control', fields: pseudo(), expect: 'passed', arrives: {} },
  {
    name: 'the control: a body',
    fields: pseudo({ ':method': 'POST', ':path': '/hook' }),
    body: 'abc',
    expect: 'passed',
    arrives: { startLine: 'POST /hook HTTP/1.1', body: 'abc' },
  },
  ...[':method', ':scheme', ':authority', ':path'].flatMap((name) => [
    bad(
      `CR LF in ${name}`,
      pseudo({ [name]: `${name === ':path' ? '/open' : name === ':method' ? 'GET' : 'https'}\r\nX-Real-IP: 10.0.0.1` }),
    ),
    bad(`LF in ${name}`, pseudo({ [name]: 'a\nb' })),
    bad(`NUL in ${name}`, pseudo({ [name]: 'a\0b' })),
    bad(`${name} twice`, [...pseudo(), [name, 'x']]),
    bad(`${name} behind a regular field`, [...pseudo({ [name]: undefined }), ['x-a', 'b'], [name, 'x']]),
    bad(`${name} empty`, pseudo({ [name]: '' })),
  ]),
  bad('a request line in :method', pseudo({ ':method': 'GET /secret HTTP/1.1\r\nX: ' })),
  bad('a space in :path', pseudo({ ':path': '/open HTTP/1.1' })),
  ...[':method', ':scheme', ':path'].map((name) => bad(`no ${name}`, pseudo({ [name]: undefined }))),
  bad('an unknown pseudo-header', [...pseudo(), [':x', 'y']]),
  bad('a pseudo-header of answers', [...pseudo(), [':status', '200']]),
  bad('extended CONNECT that was not offered', [...pseudo({ ':method': 'CONNECT' }), [':protocol', 'websocket']]),
  bad(
    'CONNECT',
    pseudo({ ':method': 'CONNECT', ':scheme': undefined, ':path': undefined, ':authority': '127.0.0.1:22' }),
    '405 request-form.method',
  ),
  bad('OPTIONS *', pseudo({ ':method': 'OPTIONS', ':path': '*' }), '400 request-form.target'),
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'].map((name) =>
    bad(`a field of the connection: ${name}`, [
      ...pseudo(),
      [name, name === 'transfer-encoding' ? 'chunked' : 'close'],
    ]),
  ),
  bad('te that is not trailers', [...pseudo(), ['te', 'gzip']]),
  bad('upper case in a name', [...pseudo(), ['X-Real-IP', '10.0.0.1']]),
  without('CR LF in a value', ['x-a', INJECTED]),
  without('LF in a value', ['x-a', 'a\nX-Real-IP: 10.0.0.1']),
  without('NUL in a value', ['x-a', 'a\0b']),
  without('CR LF in a name', ['x-a: b\r\nx-real-ip', '10.0.0.1']),
  without('a colon in a name', ['x-a:b', 'c']),
  without('a blank in front of a value', ['x-real-ip', ' 10.0.0.1']),
  without('a tab behind a value', ['x-real-ip', '10.0.0.1\t']),
  without('a space in a name', ['x-real-ip ', '10.0.0.1']),
  bad(':authority and host differ', [...pseudo(), ['host', 'evil.example']], FORM),
  bad(':authority and host differ in case', [...pseudo(), ['host', '{HOST}']], FORM),
  bad('host twice', [...pseudo({ ':authority': undefined }), ['host', '{host}'], ['host', '{host}']]),
  { name: ':authority and host agree', fields: [...pseudo(), ['host', '{host}']], expect: 'passed', arrives: {} },
  {
    name: 'host alone',
    fields: [...pseudo({ ':authority': undefined }), ['host', '{host}']],
    expect: 'passed',
    arrives: {},
  },
  bad('neither', pseudo({ ':authority': undefined })),
  bad('a length that is longer than the body', [
    ...pseudo({ ':method': 'POST', ':path': '/hook' }),
    ['content-length', '5'],
  ]),
  {
    name: 'a length that is shorter than the body',
    fields: [...pseudo({ ':method': 'POST', ':path': '/hook' }), ['content-length', '1']],
    body: 'abc',
    expect: 'reset',
  },
  {
    name: 'two lengths',
    fields: [...pseudo({ ':method': 'POST', ':path': '/hook' }), ['content-length', '3'], ['content-length', '3']],
    body: 'abc',
    expect: 'reset',
  },
  {
    name: 'a length of GET /smuggled',
    fields: [...pseudo({ ':method': 'POST', ':path': '/hook' }), ['content-length', '0']],
    body: 'GET /smuggled',
    expect: 'reset',
  },
  {
    name: 'a length with a plus',
    fields: [...pseudo({ ':method': 'POST', ':path': '/hook' }), ['content-length', '+3']],
    body: 'abc',
    expect: 'reset',
  },
  {
    name: 'cookie crumbs are one header',
    fields: [...pseudo(), ['cookie', 'a=1'], ['cookie', 'b=2']],
    expect: 'passed',
    arrives: { cookie: 'a=1; b=2' },
  },
  {
    name: 'a session in a crumb, which stays here',
    fields: [...pseudo({ ':path': '/mine' }), ['cookie', 'a=1'], ['cookie', '{session}'], ['cookie', 'b=2']],
    expect: 'passed',
    arrives: { startLine: 'GET /mine HTTP/1.1', cookie: 'a=1; b=2' },
  },
  bad(
    'two sessions in two crumbs',
    [...pseudo({ ':path': '/mine' }), ['cookie', '{session}'], ['cookie', '{session}']],
    '401 access.sign-in',
  ),
  {
    name: 'a field of h2c ends here',
    fields: [...pseudo(), ['http2-settings', 'AAMAAABk']],
    expect: 'passed',
    arrives: {},
  },
  bad('more fields than anybody needs', [
    ...pseudo(),
    ...Array.from({ length: 300 }, (_, i): [string, string] => [`x-${i}`, '1']),
  ]),
]
