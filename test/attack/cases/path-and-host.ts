import type { AttackCase } from '../table.ts'

const TARGET = '400 request-form.target'
const SIGN_IN = '401 access.sign-in'
const NO_RULE = '403 access.no-rule'
const NOBODY = '403 access.nobody'
const AMBIGUOUS = '400 access.ambiguous'

/** What HTTP's own parsers refuse before the gate sees it. */
const UNPARSED = { 'HTTP/1.1': '400', 'HTTP/2': 'reset', WebSocket: '400' } as const
/** What the parser of HTTP/2 refuses, and the gate itself over HTTP/1.1. */
const NOT_A_PATH = { 'HTTP/1.1': TARGET, 'HTTP/2': 'reset', WebSocket: TARGET } as const

type Row = readonly [target: string, expect: AttackCase['expect'], name: string]

const rows = (id: string, list: readonly Row[], more: Partial<AttackCase> = {}): AttackCase[] =>
  list.map(([target, expect, name]) => ({ id, name: `${name} (${JSON.stringify(target)})`, target, expect, ...more }))

/** The shop allows everything but a few paths: whatever an application could read as one of them must not pass. */
const shop = { sites: ['shop'] } as const

/** Category A of the abuse cases. */
export const pathAndHost: readonly AttackCase[] = [
  ...rows('A0', [
    ['/open', 'passed', 'the control: an open path passes'],
    ['/open/a/b?x=1&y=%2F..%2F', 'passed', 'a query is not a path'],
    ['/open/caf%C3%A9', 'passed', 'an encoded letter passes byte for byte'],
    ['/open/@scope%2fname', 'passed', 'an encoded slash passes where every reading is open'],
    ['/admin', SIGN_IN, 'the control: a closed path does not'],
    ['/secret', NOBODY, 'what nobody may is refused'],
    ['/other', NO_RULE, 'what no rule covers is refused'],
  ]),
  { id: 'A0', name: 'the control: a member is no admin', as: 'member', target: '/admin', expect: '403 access.role' },
  { id: 'A0', name: 'the control: an admin is', as: 'admin', target: '/admin', expect: 'passed' },
  { id: 'A0', name: 'the control: a member is signed in', as: 'member', target: '/mine', expect: 'passed' },
  ...rows('A1', [
    ['//admin', TARGET, 'an empty segment in front'],
    ['/open//admin', TARGET, 'an empty segment within'],
    ['/./admin', TARGET, 'a dot segment'],
    ['/open/../admin', TARGET, 'a double-dot segment'],
    ['/open/..', TARGET, 'a double-dot segment at the end'],
    ['/open/%2e%2e/admin', TARGET, 'encoded dots'],
    ['/open/.%2E/admin', TARGET, 'half encoded dots'],
    ['/open/%252e%252e/admin', TARGET, 'dots that are encoded twice'],
    ['/open/..;/admin', TARGET, 'dots with a parameter'],
    ['/open/..;a=b/admin', TARGET, 'dots with a named parameter'],
    ['/open/%2e%2e;/admin', TARGET, 'encoded dots with a parameter'],
    ['/open/..%3b/admin', TARGET, 'dots with an encoded parameter'],
    ['/open/...//admin', TARGET, 'three dots and an empty segment'],
  ]),
  ...rows('A2', [
    ['/open%2f..%2fadmin', TARGET, 'encoded slashes around dots'],
    ['/open%2F%2Fadmin', AMBIGUOUS, 'two encoded slashes, which some read as one'],
    ['/%2F%2Fadmin', TARGET, 'encoded slashes that read as an authority'],
    ['/open/%2Fadmin', 'passed', 'an encoded slash behind a slash where every reading is open'],
    ['/open/https%3A%2F%2Fexample.org%2F', 'passed', 'a whole URL where every reading is open'],
    ['/open/https%3A%2F%2Fexample.org%2F..%2Fadmin', TARGET, 'a URL with dots'],
    ['/admin/https%3A%2F%2Fexample.org', SIGN_IN, 'a URL below a closed path'],
    ['/open%5cadmin', AMBIGUOUS, 'an encoded backslash that joins segments'],
    ['/open\\admin', TARGET, 'a backslash as it stands'],
    ['/open/..%5cadmin', TARGET, 'dots and an encoded backslash'],
    ['/open/..%255cadmin', TARGET, 'dots and a backslash that is encoded twice'],
    ['/open/%252e%252e%252fadmin', TARGET, 'dots and slash, all encoded twice'],
    ['/open%2fx', AMBIGUOUS, 'an encoded slash where the readings differ'],
    ['/admin%2f', AMBIGUOUS, 'an encoded slash at the end of a closed path'],
    ['/%61dmin', AMBIGUOUS, 'an encoded letter, which some compare without decoding'],
    ['/%2561dmin', AMBIGUOUS, 'a letter that is encoded twice'],
    ['/open/%c0%ae%c0%ae/admin', TARGET, 'overlong dots'],
    ['/open/%ff', TARGET, 'bytes that are not UTF-8'],
    ['/open/%u002e', TARGET, 'an escape that is none'],
    ['/open/%', TARGET, 'half an escape'],
    ['/open/%00', TARGET, 'NUL'],
    ['/open/%0d%0aX-Injected:%201', TARGET, 'an encoded line break'],
    ['/open/%7f', TARGET, 'an encoded control character'],
  ]),
  ...rows('A3', [
    ['//evil.example/admin', TARGET, 'a path that reads as an authority'],
    ['https://{site}:{port}/open', NOT_A_PATH, 'absolute-form'],
    ['http://evil.example/open', NOT_A_PATH, 'absolute-form of another host'],
    ['//', TARGET, 'two slashes'],
    ['*', NOT_A_PATH, 'asterisk-form'],
    ['open', UNPARSED, 'no slash in front'],
    ['/@evil.example', NO_RULE, 'userinfo'],
  ]),
  ...rows('A4', [
    ['/open%3f/../admin', TARGET, 'an encoded question mark before dots'],
    ['/open%3Fx', AMBIGUOUS, 'an encoded question mark cuts the path for some'],
    ['/admin%3f.css', AMBIGUOUS, 'an encoded question mark behind a closed path'],
    ['/admin%23', AMBIGUOUS, 'an encoded hash behind a closed path'],
    ['/admin;x=1', AMBIGUOUS, 'a path parameter behind a closed path'],
    ['/admin;/open', AMBIGUOUS, 'a path parameter in a closed path'],
    ['/open;/../admin', TARGET, 'a path parameter and dots'],
    ['/open#/admin', TARGET, 'a fragment'],
    ['/open?x#y', TARGET, 'a fragment behind the query'],
  ]),
  ...rows('A5', [
    ['/admin?/open', SIGN_IN, 'an open path in the query'],
    ['/admin?path=/open', SIGN_IN, 'an open path as a parameter'],
    ['/x/open', NO_RULE, 'an open path in the middle'],
    ['/openly', NO_RULE, 'a longer word than the open path'],
    ['/open.php', NO_RULE, 'an extension behind the open path'],
    ['/query?action=delete', NO_RULE, 'a parameter that no rule names'],
    ['/query?action=get', 'passed', 'a parameter that a rule names'],
    ['/query?action=get&action=delete', AMBIGUOUS, 'a parameter that comes twice'],
    ['/query?action=get&action[]=delete', AMBIGUOUS, 'a parameter that comes as a list, too'],
    ['/query?action=get&%61ction=delete', AMBIGUOUS, 'a parameter that comes again, encoded'],
    ['/query?x=action=get', NO_RULE, 'a parameter within another'],
  ]),
  ...rows('A6', [
    ['/ADMIN', SIGN_IN, 'upper case'],
    ['/Admin/Users', SIGN_IN, 'mixed case'],
    ['/%41DMIN', AMBIGUOUS, 'encoded upper case'],
    ['/SECRET', NOBODY, 'upper case of what nobody may'],
    ['/OPEN', 'passed', 'upper case of an open path passes as it came'],
    ['/adm%C4%B1n', NO_RULE, 'a dotless i is no i'],
  ]),
  {
    id: 'A6',
    name: 'upper case in the host name',
    authority: 'APP.localhost:{port}',
    sites: ['app'],
    target: '/admin',
    expect: SIGN_IN,
  },
  {
    id: 'A6',
    name: 'upper case in server name and host',
    authority: 'SHOP.LocalHost',
    serverName: 'SHOP.LocalHost',
    target: '/admin',
    ...shop,
    expect: NOBODY,
  },
  ...rows('A8', [
    ['/admin/', SIGN_IN, 'a slash at the end'],
    ['/admin/.json', SIGN_IN, 'something below'],
    ['/admin.json', NO_RULE, 'a format behind it'],
    ['/admin%20', NO_RULE, 'a space behind it'],
    ['/admin ', { 'HTTP/1.1': SIGN_IN, 'HTTP/2': 'reset', WebSocket: SIGN_IN }, 'a space as it stands'],
  ]),
  ...rows('A9', [
    ['/open%3f%2e%2e%2fadmin', AMBIGUOUS, 'a question mark that is decoded before the path is split'],
    ['/admin%3faction=get', AMBIGUOUS, 'the same behind a closed path'],
    ['/query%3faction=get', NO_RULE, 'parameters behind an encoded question mark'],
  ]),
  ...rows(
    'A1',
    [
      ['/admin', NOBODY, 'the control: closed'],
      ['/Admin', NOBODY, 'upper case where all else is open'],
      ['//admin', TARGET, 'an empty segment where all else is open'],
      ['/%61dmin', AMBIGUOUS, 'an encoded letter where all else is open'],
      ['/%2561dmin', AMBIGUOUS, 'a letter that is encoded twice where all else is open'],
      ['/admin;x', AMBIGUOUS, 'a parameter where all else is open'],
      ['/;x/admin', TARGET, 'a parameter in an empty segment'],
      ['/admin%2fx', AMBIGUOUS, 'an encoded slash where all else is open'],
      ['/admin%2f%2fx', AMBIGUOUS, 'two encoded slashes where all else is open'],
      ['/%2fadmin', TARGET, 'an encoded slash in front where all else is open'],
      ['/api/1%2f%2fkeys', AMBIGUOUS, 'two encoded slashes below a star'],
      ['/admin%5cx', AMBIGUOUS, 'an encoded backslash where all else is open'],
      ['/admin%00', TARGET, 'NUL where all else is open'],
      ['/x%2f..%2fadmin', TARGET, 'encoded dots and slashes where all else is open'],
      ['/api/1/keys', NOBODY, 'a star in the rule'],
      ['/api/a%2fb/keys', AMBIGUOUS, 'an encoded slash below a star'],
      ['/api/%6beys/keys', NOBODY, 'an encoded letter below a star'],
      ['/administrator', 'passed', 'a longer word is another path'],
    ],
    shop,
  ),
  ...methods(),
  ...hosts(),
]

/** A10: methods. */
function methods(): AttackCase[] {
  const METHOD = '405 request-form.method'
  const refused = ['TRACE', 'TRACK', 'GETS', 'X', 'get', 'Get', 'DEBUG']
  return [
    ...refused.map(
      (method): AttackCase => ({
        id: 'A10',
        name: `the method ${method}`,
        method,
        expect: /^(TRACE|TRACK)$/.test(method)
          ? { 'HTTP/1.1': method === 'TRACK' ? '400' : METHOD, 'HTTP/2': METHOD }
          : { 'HTTP/1.1': '400', 'HTTP/2': METHOD },
      }),
    ),
    ...['PROPFIND', 'MKCOL', 'PATCH', 'OPTIONS', 'QUERY'].map(
      (method): AttackCase => ({
        id: 'A10',
        name: `${method} of a path that only POST opens`,
        method,
        target: '/hook',
        expect: NO_RULE,
      }),
    ),
    { id: 'A10', name: 'GET of a path that only POST opens', target: '/hook', expect: NO_RULE },
    {
      id: 'A10',
      name: 'POST of a path that POST opens',
      method: 'POST',
      target: '/hook',
      body: 'x=1',
      expect: 'passed',
    },
    ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'x_http_method_override'].map(
      (name): AttackCase => ({
        id: 'A10',
        name: `${name} turns no POST into a DELETE`,
        method: 'POST',
        target: '/hook',
        headers: [[name, 'DELETE']],
        body: '{}',
        arrives: [],
        expect: 'passed',
      }),
    ),
    { id: 'A10', name: 'DELETE where only that is closed', method: 'DELETE', target: '/x', ...shop, expect: NOBODY },
    {
      id: 'A10',
      name: 'a preflight of a stranger is no way around a rule',
      method: 'OPTIONS',
      target: '/admin',
      headers: [
        ['Origin', 'https://evil.example'],
        ['Access-Control-Request-Method', 'DELETE'],
      ],
      expect: SIGN_IN,
    },
    {
      id: 'A10',
      name: 'a preflight of the group is answered by the gate',
      method: 'OPTIONS',
      target: '/admin',
      headers: [
        ['Origin', 'https://wiki.localhost:{port}'],
        ['Access-Control-Request-Method', 'DELETE'],
      ],
      sites: ['app'],
      expect: '204',
    },
    {
      id: 'A10',
      name: 'a preflight of a site outside the group is not',
      method: 'OPTIONS',
      target: '/admin',
      headers: [
        ['Origin', 'https://shop.localhost:{port}'],
        ['Access-Control-Request-Method', 'DELETE'],
      ],
      expect: SIGN_IN,
    },
  ]
}

/** A3, A6, A12: the host. */
function hosts(): AttackCase[] {
  const HOST = '400 request-form.host'
  const UNNAMED = { 'HTTP/1.1': HOST, 'HTTP/2': 'reset', WebSocket: HOST } as const
  const ELSEWHERE = '421 tls.server-name'
  const list: [authority: string, expect: AttackCase['expect'], name: string][] = [
    ['evil{site}:{port}', ELSEWHERE, 'a longer name with the same end'],
    ['{site}.evil.example', ELSEWHERE, 'a longer name with the same beginning'],
    ['localhost:{port}', ELSEWHERE, 'the parent of the site'],
    ['x.{site}', ELSEWHERE, 'a child of the site'],
    ['127.0.0.1:{port}', ELSEWHERE, 'an address'],
    ['[::1]:{port}', ELSEWHERE, 'an IPv6 address'],
    ['auth.localhost:{port}', ELSEWHERE, 'the portal'],
    ['{site}.:{port}', HOST, 'a dot at the end'],
    ['{site}:{port}:80', HOST, 'two ports'],
    ['{site}:99999999', HOST, 'a port that is none'],
    ['{site}:', HOST, 'an empty port'],
    ['user@{site}', UNNAMED, 'userinfo'],
    ['{site},evil.example', HOST, 'two names'],
    ['{site} evil.example', UNNAMED, 'a space'],
    ['{site}/admin', UNNAMED, 'a path'],
    ['{site}\\x', UNNAMED, 'a backslash'],
    ['{site}%00', HOST, 'an escape'],
    ['', UNNAMED, 'nothing'],
    ['\u00e1pp.localhost', UNNAMED, 'a letter that is not ASCII'],
  ]
  return list.map(([authority, expect, name]) => ({
    id: 'A12',
    name: `host: ${name} (${JSON.stringify(authority)})`,
    authority,
    expect,
  }))
}
