import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Disk } from '../../disk.ts'
import { recogniseProfile } from '../../profile/recognise.ts'
import { emptyStack } from '../../read-stack.ts'
import { readCaddy } from '../../readers/caddy/read.ts'
import { readCompose } from '../../readers/compose/read.ts'
import { readNginx } from '../../readers/nginx/read.ts'
import { caddyVariables, proxyMounts } from '../../readers/proxy-context.ts'
import type { Stack } from '../../stack.ts'
import type { Observation, Rule, Sample } from '../rule.ts'
import { proxyRules } from './index.ts'
import { brokenCiphers } from './tls-ciphers.ts'

function stackOf(t: TestContext, sample: Sample): { stack: Stack; disk: Disk; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(sample)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const disk = new Disk(folder)
  const compose = readCompose(disk, folder)
  const mounts = proxyMounts(compose)
  const images = (compose?.services ?? []).flatMap(({ image }) => (image === undefined ? [] : [image.value.text]))
  const stack: Stack = {
    ...emptyStack(folder, recogniseProfile(images, [])),
    compose,
    nginx: readNginx(disk, folder, mounts),
    caddy: readCaddy(disk, folder, { mounts, variables: caddyVariables(compose) }),
  }
  return { stack, disk, folder }
}

function run(t: TestContext, rule: Rule, sample: Sample): readonly Observation[] {
  const { stack, disk } = stackOf(t, sample)
  assert.deepEqual(disk.problems, [])
  const found: Observation[] = []
  if (rule.applies(stack)) rule.check(stack, (observation) => found.push(observation))
  return found
}

function rule(id: string): Rule {
  const found = proxyRules.find((one) => one.id === `proxy.${id}`)
  assert.ok(found)
  return found
}

function seen(observations: readonly Observation[]): readonly string[] {
  return observations.map(({ at, observed }) => `${at.line}: ${observed}`)
}

const CONF = 'conf.d/site.conf'

function server(body: string, before = ''): Sample {
  return { [CONF]: `${before}server {\n    listen 443 ssl;\n    server_name app.example.org;\n${body}\n}\n` }
}

test('a cipher that is ruled out with ! counts as refused', () => {
  assert.deepEqual(brokenCiphers('HIGH:!aNULL:!MD5:!3DES'), [])
  assert.deepEqual(brokenCiphers('ECDHE-RSA-AES128-SHA:DES-CBC3-SHA:@SECLEVEL=0'), ['DES-CBC3-SHA', '@SECLEVEL=0'])
  assert.deepEqual(brokenCiphers('EECDH+AESGCM:RC4:!RC4'), [])
})

test('a site of the plain port that only redirects needs neither headers nor TLS', (t) => {
  const sample = {
    [CONF]: 'server {\n    listen 80;\n    server_name a.example.org;\n    return 301 https://$host$request_uri;\n}\n',
  }
  for (const id of ['no-tls', 'https-redirect', 'content-type-options', 'rate-limit', 'default-server'])
    assert.deepEqual(seen(run(t, rule(id), sample)), [], id)
})

test("certbot's way of redirecting is known", (t) => {
  const plain =
    'server {\n    if ($host = app.example.org) {\n        return 301 https://$host$request_uri;\n    }\n    listen 80;\n    return 404;\n}\n'
  assert.deepEqual(seen(run(t, rule('https-redirect'), server('    location / { proxy_pass http://app; }', plain))), [])
})

test('a proxy whose container publishes nothing is not asked for what the outer one does', (t) => {
  const compose = (ports: string) => ({
    'compose.yaml': `services:\n  web:\n    image: nginx:1.27\n${ports}    volumes: ["./conf.d:/etc/nginx/conf.d:ro"]\n`,
    [CONF]: 'server {\n    listen 80;\n    location / { proxy_pass http://app:3000; }\n}\n',
  })
  for (const id of ['no-tls', 'client-address', 'server-tokens', 'hsts', 'rate-limit'])
    assert.deepEqual(seen(run(t, rule(id), compose(''))), [], id)
  assert.deepEqual(seen(run(t, rule('no-tls'), compose('    ports: ["127.0.0.1:8080:80"]\n'))), [])
  assert.equal(run(t, rule('no-tls'), compose('    ports: ["80:80"]\n')).length, 1)
})

test('a proxy that is told of another one before it may append to X-Forwarded-For', (t) => {
  const body =
    '    location / {\n        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n        proxy_pass http://app;\n    }'
  assert.equal(run(t, rule('client-address'), server(body)).length, 1)
  assert.deepEqual(seen(run(t, rule('client-address'), server(body, 'set_real_ip_from 192.0.2.10;\n'))), [])
})

test('a location with a header of its own loses those for the upstream, too', (t) => {
  const body = `    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    location / { proxy_pass http://app; }
    location /cable {
        proxy_set_header Upgrade $http_upgrade;
        proxy_pass http://app;
    }`
  assert.deepEqual(seen(run(t, rule('forwarded-proto'), server(body))), ['9: X-Forwarded-Proto is not set'])
})

test('a header that is copied from the request is worse than one that is appended', (t) => {
  const body =
    '    location / {\n        proxy_set_header X-Forwarded-For $http_x_forwarded_for;\n        proxy_pass http://app;\n    }'
  assert.equal(run(t, rule('client-address'), server(body))[0]?.severity, 'high')
})

test('header inheritance: a header put beside those of http does not end them, one put into a server does', (t) => {
  const lost = {
    [CONF]: 'add_header X-Frame-Options DENY always;\nserver {\n    listen 443 ssl;\n    add_header X-Thing 1;\n}\n',
  }
  assert.deepEqual(seen(run(t, rule('header-inheritance'), lost)), ['4: not sent here: X-Frame-Options'])
  const merged = { [CONF]: lost[CONF].replace('listen', 'add_header_inherit merge;\n    listen') }
  assert.deepEqual(seen(run(t, rule('header-inheritance'), merged)), [])
  const wanted = run(t, rule('content-type-options'), { [CONF]: lost[CONF].replace('    add_header X-Thing 1;\n', '') })
  const repair = [wanted[0]?.repair].flat()[0]
  assert.ok(repair?.kind === 'text')
  assert.deepEqual([repair.line, repair.insert], [2, ['add_header X-Content-Type-Options "nosniff" always;']])
})

test('HSTS: less than a year and no subdomains are told apart', (t) => {
  const header = (value: string) => server(`    add_header Strict-Transport-Security "${value}" always;`)
  const short = run(t, rule('hsts'), header('max-age=300; includeSubDomains'))
  assert.deepEqual(
    [short[0]?.title, short[0]?.severity],
    ['Browsers are told to stay with HTTPS for less than a year', undefined],
  )
  assert.equal(run(t, rule('hsts'), header('max-age=63072000'))[0]?.severity, 'low')
  assert.deepEqual(seen(run(t, rule('hsts'), header('max-age=63072000; includeSubDomains; preload'))), [])
})

test('an upstream is fixed when only its path comes from the client, and not when a capture can lengthen its name', (t) => {
  const found = (body: string) => run(t, rule('request-chosen-upstream'), server(body)).length
  assert.equal(found('    location / { proxy_pass http://app$request_uri; }'), 0)
  assert.equal(found('    location ~ ^/x/(.*)$ { proxy_pass http://app/$1; }'), 0)
  assert.equal(found('    location ~ ^/x(.*)$ { proxy_pass http://app$1; }'), 1)
  assert.equal(found('    location / { set $to $arg_to; proxy_pass http://$to; }'), 1)
  assert.equal(found('    location / { set $to $to; proxy_pass http://$to; }'), 0)
  assert.equal(found('    location ~ ^/(?<name>[a-z]+)$ { proxy_pass http://$name:80; }'), 1)
})

test('the location that nginx takes decides whether an administration path is open', (t) => {
  const compose = { 'compose.yaml': 'services:\n  app:\n    image: loomio/loomio:stable\n' }
  const open = '    location / { proxy_pass http://app; }'
  const closed = '    location ^~ /admin { allow 192.0.2.1; deny all; proxy_pass http://app; }'
  const byPattern = '    location ~ ^/admin/blazer { proxy_pass http://app; }'
  const found = (body: string) => seen(run(t, rule('admin-path'), { ...compose, ...server(body) }))
  assert.deepEqual(found(`${open}\n${closed}`), [])
  assert.deepEqual(found(`${open}\n${closed.replace('^~ ', '')}\n${byPattern}`), [
    '1: app.example.org: open to everybody: /admin/blazer',
  ])
  assert.deepEqual(found(`${open}\n${byPattern}\n${closed}`), [])
  assert.deepEqual(found(`    auth_basic "x";\n${open}`), [])
})

test('Caddy: a matcher of path and address guards that path, one of addresses all of them', (t) => {
  const compose = { 'compose.yaml': 'services:\n  app:\n    image: loomio/loomio:stable\n' }
  const found = (lines: string) =>
    seen(
      run(t, rule('admin-path'), {
        ...compose,
        Caddyfile: `app.example.org {\n${lines}\n\treverse_proxy app:3000\n}\n`,
      }),
    )
  assert.equal(found('').length, 1)
  assert.deepEqual(found('\t@admin {\n\t\tpath /admin*\n\t\tnot remote_ip 192.0.2.0/24\n\t}\n\trespond @admin 403'), [])
  assert.deepEqual(found('\t@out not remote_ip 192.0.2.0/24\n\tabort @out'), [])
  assert.deepEqual(found('\tforward_auth gate:9000 {\n\t\turi /check\n\t}'), [])
  assert.deepEqual(found('\thandle /admin* {\n\t\tabort\n\t}'), [])
  assert.equal(found('\t@blocked remote_ip 1.2.3.4\n\tabort @blocked').length, 1)
  assert.equal(found('\thandle /other* {\n\t\tabort\n\t}').length, 1)
  assert.equal(found('\trespond /admin/ping 200').length, 1)
})

test('an expression that could take for ever is not run', (t) => {
  const body = '    location ~ ^(/?a*)*(\\w+)+$ { deny all; }\n    location / { proxy_pass http://app; }'
  const start = performance.now()
  run(t, rule('admin-path'), server(body))
  assert.ok(performance.now() - start < 1_000)
})

test("Caddy's administration port is critical when Compose publishes it", (t) => {
  const caddyfile = { Caddyfile: '{\n\tadmin :2019\n}\napp.example.org {\n\treverse_proxy app:3000\n}\n' }
  assert.equal(run(t, rule('caddy-admin'), caddyfile)[0]?.severity, 'high')
  const published = {
    'compose.yaml': 'services:\n  caddy:\n    image: caddy:2\n    ports: ["80:80", "2019:2019"]\n',
    ...caddyfile,
  }
  assert.equal(run(t, rule('caddy-admin'), published)[0]?.severity, 'critical')
})

test('the address of a site of Caddy may come from the environment of its container', (t) => {
  const files = (url: string) => ({
    'compose.yaml': 'services:\n  proxy:\n    image: caddy:2\n    ports: ["80:80", "443:443"]\n    env_file: [.env]\n',
    '.env': `SITE_URL=${url}\n`,
    Caddyfile: '{$SITE_URL:"http://app.localhost"} {\n\treverse_proxy app:8000\n}\n',
  })
  assert.equal(run(t, rule('no-tls'), files('http://parts.example.org')).length, 1)
  assert.deepEqual(seen(run(t, rule('no-tls'), files('https://parts.example.org'))), [])
})

test('a folder of the installation that nginx serves as it is makes hidden files a high finding', (t) => {
  const sample = {
    'compose.yaml':
      'services:\n  nginx:\n    image: nginx:1.27\n    ports: ["443:443"]\n    volumes: [".:/srv/www:ro"]\n',
    ...server('    root /srv/www;\n    location / { try_files $uri =404; }'),
  }
  assert.equal(run(t, rule('dotfiles'), sample)[0]?.severity, 'high')
})

test('a name and password in the address of an upstream are never shown', (t) => {
  const found = run(
    t,
    rule('public-upstream'),
    server('    location / { proxy_pass http://me:hunter2@backend.example.net; }'),
  )
  assert.deepEqual(seen(found), ['4: plain HTTP to backend.example.net'])
})

test('many sites are looked at in time that grows with their number', (t) => {
  const one = 'server { listen 443 ssl; server_name a; add_header X-A 1; location / { proxy_pass http://app; } }\n'
  const time = (count: number) => {
    const { stack } = stackOf(t, { [CONF]: one.repeat(count) })
    const start = performance.now()
    for (const each of proxyRules) each.check(stack, () => {})
    return performance.now() - start
  }
  time(300)
  const [few, many] = [time(300), time(2_400)]
  assert.ok(many < 20 * few, `${few} ms, then ${many} ms`)
})
