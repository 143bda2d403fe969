/** F7: where a sign-in must never lead. Sent as the `return` of a link to the portal that somebody else wrote. */
export const returnTargets: readonly string[] = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/a/../..//evil.example',
  '/%2e%2e//evil.example',
  '/%2f/evil.example',
  '/%5cevil.example',
  '/\tevil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\nLocation: https://evil.example',
  '/%09/evil.example',
  '/%0d%0aSet-Cookie:a=b',
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '@evil.example',
  '.evil.example',
  ':80@evil.example',
  ' //evil.example',
  '/#//evil.example',
  '/\u2215evil.example',
]

/** F5: sites that are none, as the `site` of such a link. */
export const foreignSites: readonly string[] = ['evil.example', 'app.localhost.evil.example', 'evilapp.localhost', 'APP.LOCALHOST', 'app.localhost@evil.example', 'app.localhost:80', 'auth.localhost', 'localhost', 'app.localhost.', '']
