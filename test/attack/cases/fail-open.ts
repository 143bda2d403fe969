import type { AttackCase } from '../table.ts'

const SIGN_IN = '401 access.sign-in'
const SESSION = '__Host-Http-castellan'
const ELSEWHERE = '421 tls.server-name'

/** What is sent as a cookie by somebody who has none that is right. */
const COOKIES: readonly (readonly [name: string, value: string])[] = [
  ['nothing', ''],
  ['no value', SESSION],
  ['an empty value', `${SESSION}=`],
  ['a short value', `${SESSION}=x`],
  ['the right length', `${SESSION}=${'A'.repeat(43)}`],
  ['one character too many', `${SESSION}=${'A'.repeat(44)}`],
  ['20,000 characters', `${SESSION}=${'A'.repeat(20_000)}`],
  ['2,000 cookies', Array.from({ length: 2_000 }, (_, i) => `c${i}=1`).join('; ')],
  ['JSON', `${SESSION}={"email":"root@example.org","roles":["admin"]}`],
  ['a quoted value', `${SESSION}="${'A'.repeat(43)}"`],
  ['bytes that are not ASCII', `${SESSION}=\u00ff\u00fe\u00e9`],
  ['only separators', ';;;;; ; ;=;=='],
  ['a prototype', '__proto__=1; constructor=2'],
  ['escapes', `${SESSION}=%41%41`],
  ['SQL', `${SESSION}=' OR '1'='1' -- aaaaaaaaaaaaaaaaaaaaaaaaaaaa`],
  ['the name in small letters', `${SESSION.toLowerCase()}=${'A'.repeat(43)}`],
]

/** Category C of the abuse cases: nothing that fails opens anything. */
export const failOpen: readonly AttackCase[] = [
  ...COOKIES.map(
    ([name, value]): AttackCase => ({
      id: 'C1',
      name: `a cookie: ${name}`,
      target: '/mine',
      headers: [['Cookie', value]],
      expect: SIGN_IN,
    }),
  ),
  {
    id: 'C1',
    name: 'the right session twice is none',
    as: 'member',
    target: '/mine',
    headers: [['Cookie', `${SESSION}=x`]],
    expect: SIGN_IN,
  },
  {
    id: 'C1',
    name: 'the right session beside junk is one',
    as: 'member',
    target: '/mine',
    headers: [['Cookie', 'a; =; b="']],
    cookie: 'a; =; b="',
    arrives: [],
    expect: 'passed',
  },
  ...[
    '/health',
    '/healthz',
    '/ping',
    '/ready',
    '/status',
    '/.well-known/x',
    '/favicon.ico',
    '/robots.txt',
    '/oauth2/auth',
    '/_next/static/x',
    '/assets/x.css',
  ].map(
    (target): AttackCase => ({
      id: 'C2',
      name: `${target} is no way around the rules`,
      target,
      expect: '403 access.no-rule',
    }),
  ),
  ...['kube-probe/1.30', 'GoogleHC/1.0', 'ELB-HealthChecker/2.0', 'castellan-health', 'Castellan', ''].map(
    (agent): AttackCase => ({
      id: 'C2',
      name: `nor is the agent ${JSON.stringify(agent)}`,
      target: '/mine',
      headers: [['User-Agent', agent]],
      expect: SIGN_IN,
    }),
  ),
  ...['127.0.0.1', '::1', 'localhost'].map(
    (value): AttackCase => ({
      id: 'C2',
      name: `nor is saying to be ${value}`,
      target: '/mine',
      headers: [
        ['X-Forwarded-For', value],
        ['X-Real-IP', value],
      ],
      expect: SIGN_IN,
    }),
  ),
  { id: 'C5', name: 'a server name of another site', serverName: 'shop.localhost', expect: ELSEWHERE },
  { id: 'C5', name: 'a host of another site', authority: 'shop.localhost:{port}', expect: ELSEWHERE },
  {
    id: 'C5',
    name: 'the portal behind the name of a site',
    authority: 'auth.localhost:{port}',
    target: '/sign-in',
    expect: ELSEWHERE,
  },
  { id: 'C5', name: 'no server name', serverName: '', expect: 'no connection' },
  { id: 'C5', name: 'a server name that nobody serves', serverName: 'evil.example', expect: ELSEWHERE },
  {
    id: 'C5',
    name: 'an admin of the same group at the wrong site',
    as: 'admin',
    target: '/admin',
    authority: 'shop.localhost:{port}',
    expect: ELSEWHERE,
  },
]
