import type { AttackCase } from '../table.ts'
import type { HeaderLines } from '../ways.ts'

/** F13, and writes from other pages: what a browser says of where it is. */
const origins: readonly (readonly [name: string, lines: HeaderLines, verdict: string])[] = [
  ['of the site', [['Origin', 'https://{site}:{port}']], 'passed'],
  ['of a site of the group', [['Origin', 'https://wiki.localhost:{port}']], 'passed'],
  ['of a site outside the group', [['Origin', 'https://shop.localhost:{port}']], '403 origin.cross-site'],
  ['of the portal', [['Origin', 'https://auth.localhost:{port}']], '403 origin.cross-site'],
  ['evil', [['Origin', 'https://evil.example']], '403 origin.cross-site'],
  ['null', [['Origin', 'null']], '403 origin.cross-site'],
  ['empty', [['Origin', '']], '403 origin.cross-site'],
  ['over plain HTTP', [['Origin', 'http://{site}:{port}']], '403 origin.cross-site'],
  ['of another port', [['Origin', 'https://{site}:1']], '403 origin.cross-site'],
  ['with a longer name', [['Origin', 'https://{site}.evil.example:{port}']], '403 origin.cross-site'],
  ['with a longer name in front', [['Origin', 'https://evil{site}:{port}']], '403 origin.cross-site'],
  ['with userinfo', [['Origin', 'https://{site}:{port}@evil.example']], '403 origin.cross-site'],
  ['in upper case', [['Origin', 'HTTPS://{site}:{port}']], '403 origin.cross-site'],
  [
    'twice',
    [
      ['Origin', 'https://{site}:{port}'],
      ['Origin', 'https://evil.example'],
    ],
    '400 request-form.headers',
  ],
  [
    'evil, with a lie about the fetch',
    [
      ['Origin', 'https://evil.example'],
      ['Sec-Fetch-Site', 'same-origin'],
    ],
    '403 origin.cross-site',
  ],
]

const cases = origins.flatMap(([name, headers, verdict]): AttackCase[] => [
  {
    id: 'F13',
    name: `a WebSocket, Origin ${name}`,
    as: 'member',
    target: '/mine',
    headers,
    expect: { WebSocket: verdict },
  },
  {
    id: 'F13',
    name: `a POST, Origin ${name}`,
    as: 'member',
    method: 'POST',
    target: '/mine',
    body: 'x=1',
    headers,
    expect: verdict,
  },
])
const unsaid: AttackCase[] = ['same-site', 'cross-site'].map((value) => ({
  id: 'F13',
  name: `a POST without Origin from ${value}`,
  as: 'member',
  method: 'POST',
  target: '/mine',
  body: '',
  headers: [['Sec-Fetch-Site', value]],
  expect: '403 origin.cross-site',
}))
/** F13: who may open a WebSocket or write with the cookie of a person. */
export const crossSite: readonly AttackCase[] = [
  ...cases,
  ...unsaid,
  {
    id: 'F13',
    name: 'a POST that says nothing',
    as: 'member',
    method: 'POST',
    target: '/mine',
    body: '',
    expect: '403 origin.unstated',
  },
  {
    id: 'F13',
    name: 'a POST of the site itself by Fetch Metadata',
    as: 'member',
    method: 'POST',
    target: '/mine',
    body: '',
    headers: [['Sec-Fetch-Site', 'same-origin']],
    expect: 'passed',
  },
  {
    id: 'F13',
    name: 'a DELETE that says nothing',
    as: 'member',
    method: 'DELETE',
    target: '/mine',
    expect: '403 origin.unstated',
  },
  {
    id: 'F13',
    name: 'a webhook from nowhere is not hindered',
    method: 'POST',
    target: '/hook',
    body: '{}',
    expect: 'passed',
  },
]
