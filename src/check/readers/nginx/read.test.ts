import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Disk } from '../../disk.ts'
import type { BoundPath } from '../proxy-files.ts'
import { readNginx } from './read.ts'
import { inForce, rootScope, scopesOf, settingText } from './scope.ts'

function read(t: TestContext, files: Readonly<Record<string, string>>, mounts: readonly BoundPath[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const disk = new Disk(folder)
  const bound = mounts.map(({ source, target }) => ({ source: join(folder, source), target }))
  return { nginx: readNginx(disk, folder, bound), disk, folder }
}

test('tells the line and column of every directive and argument', (t) => {
  const { nginx } = read(t, {
    'nginx.conf': 'events {}\nhttp {\n  # a comment; with { marks }\n  server_tokens  off;\n}\n',
  })
  const directive = nginx[0]?.directives[1]?.block?.[0]
  assert.deepEqual(directive?.at, { file: 'nginx.conf', line: 4, column: 3 })
  assert.deepEqual(directive?.args, [{ value: 'off', at: { file: 'nginx.conf', line: 4, column: 18 } }])
  assert.deepEqual(directive?.lines, { first: 4, last: 4, indent: '  ' })
})

test('reads quotes, escapes, variables in braces and regular expressions as nginx does', (t) => {
  const text = `server {
  add_header X "a; b { \\"c\\"";
  location ~ "^/a{2}\\.php$" { return 200 '\${uri}x'; }
  set $y \${host}z;
}`
  const { nginx, disk } = read(t, { 'site.conf': text })
  const [header, location, set] = nginx[0]?.directives[0]?.block ?? []
  assert.deepEqual(disk.problems, [])
  assert.deepEqual(
    header?.args.map(({ value }) => value),
    ['X', 'a; b { "c"'],
  )
  assert.deepEqual(
    location?.args.map(({ value }) => value),
    ['~', '^/a{2}\\.php$'],
  )
  assert.equal(location?.block?.[0]?.args[1]?.value, '${uri}x')
  assert.equal(set?.args[1]?.value, '${host}z')
})

test('skips Lua blocks, whatever braces are in their strings and comments', (t) => {
  const text = `server {
  access_by_lua_block {
    -- a brace in a comment: }
    if x then y = "}" end
    local t = { a = { 1 } }
  }
  root /srv;
}`
  const { nginx, disk } = read(t, { 'site.conf': text })
  assert.deepEqual(disk.problems, [])
  assert.deepEqual(
    nginx[0]?.directives[0]?.block?.map(({ name }) => name),
    ['access_by_lua_block', 'root'],
  )
})

test('puts includes in where they stand, by pattern, by path in the container and by mount', (t) => {
  const { nginx, disk, folder } = read(
    t,
    {
      'nginx/nginx.conf':
        'events {}\nhttp {\n include mime.types;\n include /etc/nginx/conf.d/*.conf;\n include /etc/nginx/extra/a.conf;\n include /etc/nginx/none/*.conf;\n}',
      'nginx/conf.d/a.conf': 'server { server_name a; include snippets/tls.conf; }',
      'nginx/conf.d/b.conf': 'server { server_name b; }',
      'nginx/snippets/tls.conf': 'ssl_protocols TLSv1.3;',
      'elsewhere/a.conf': 'server { server_name c; }',
    },
    [{ source: 'elsewhere', target: '/etc/nginx/extra' }],
  )
  assert.deepEqual(disk.problems, [])
  assert.deepEqual(
    nginx.map(({ path, level }) => [path, level]),
    [[join(folder, 'nginx/nginx.conf'), 'main']],
  )
  const servers = [...scopesOf(rootScope(nginx[0]!), 'server')]
  assert.deepEqual(
    servers.map((server) => settingText(server, 'server_name', '')),
    ['a', 'b', 'c'],
  )
  assert.deepEqual(inForce(servers[0]!, 'ssl_protocols')[0]?.at, {
    file: 'nginx/snippets/tls.conf',
    line: 1,
    column: 1,
  })
})

test('keeps an include that is not in the installation, and calls a relative one that is missing a problem', (t) => {
  const text =
    'server {\n include /etc/letsencrypt/options-ssl-nginx.conf;\n include fastcgi_params;\n include gone.conf;\n}'
  const { nginx, disk } = read(t, { 'conf.d/site.conf': text })
  assert.deepEqual(
    nginx[0]?.outside.map(({ value }) => value),
    ['/etc/letsencrypt/options-ssl-nginx.conf'],
  )
  assert.deepEqual(
    disk.problems.map(({ at, message }) => [at.line, message]),
    [[4, 'conf.d/gone.conf: it is not there']],
  )
})

test('ends a loop of includes with a problem', (t) => {
  const { nginx, disk } = read(t, {
    'nginx.conf': 'events {}\nhttp { include conf.d/*.conf; server_tokens off; }',
    'conf.d/a.conf': 'include conf.d/b.conf;',
    'conf.d/b.conf': 'include conf.d/a.conf;',
  })
  assert.equal(nginx.length, 1)
  assert.match(disk.problems[0]?.message ?? '', /leads back to itself: conf\.d\/a\.conf/)
  assert.equal(settingText([...scopesOf(rootScope(nginx[0]!), 'http')][0]!, 'server_tokens', 'on'), 'off')
})

test('stops at files that include each other by the million', (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`conf.d/${i}.conf`, `server { listen ${i}; }\ninclude conf.d/*.conf;`]),
  )
  const { disk } = read(t, { 'nginx.conf': 'events {}\nhttp { include conf.d/*.conf; }', ...files })
  assert.ok(disk.problems.some(({ message }) => /more than 20000 directives/.test(message)))
})

test('takes the files of one folder as one configuration, as nginx does', (t) => {
  const { nginx } = read(t, {
    'conf.d/headers.conf': 'add_header X-Content-Type-Options nosniff always;',
    'conf.d/site.conf': 'server { listen 80; }',
    'templates/default.conf.template': 'server { listen ${PORT}; }',
    'redis.conf': 'bind 127.0.0.1\n',
  })
  assert.deepEqual(
    nginx.map(({ shown, level }) => [shown, level]),
    [
      ['conf.d/headers.conf', 'http'],
      ['templates/default.conf.template', 'http'],
    ],
  )
  const [server] = scopesOf(rootScope(nginx[0]!), 'server')
  assert.equal(inForce(server!, 'add_header').length, 1)
})

test('says where a broken file is broken and keeps what is readable', (t) => {
  const { nginx, disk } = read(t, {
    'conf.d/a.conf': 'server {\n  listen 80\n}\nserver {\n  root "/srv;\n}\n',
    'conf.d/b.conf': 'server { listen 81; }\n}\n',
    'conf.d/deep.conf': `server ${'{ a '.repeat(100_000)}`,
    'conf.d/open.conf': 'server {\n  listen 82;\n',
  })
  const found = disk.problems.map(({ at, message }) => `${at.file}:${at.line} ${message}`)
  assert.deepEqual(found, [
    'conf.d/a.conf:2 a } comes before the ; that ends this directive',
    'conf.d/a.conf:5 the " is never closed',
    'conf.d/b.conf:2 a } without a { before it',
    'conf.d/deep.conf:1 more than 50 blocks in each other',
    'conf.d/open.conf:1 the { of this block is never closed',
  ])
  const listens = [...scopesOf(rootScope(nginx[0]!), 'server')].map((server) => settingText(server, 'listen', ''))
  assert.deepEqual(
    listens.filter((text) => text !== ''),
    ['80', '81', '82'],
  )
})
