import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { rules } from '../rules/all.ts'
import { check } from '../run.ts'
import { mend } from './mend.ts'

const FILES: Readonly<Record<string, string>> = {
  'compose.yaml': `services:
  app:
    image: loomio/loomio:3.0.20
    env_file: .env
    ports: ["3000:3000"]
  db:
    image: postgres:17.2
    environment:
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD}
    ports: ["5432:5432"]
    volumes: ["data:/var/lib/postgresql/data"]
  nginx:
    image: nginx:1.27.3
    ports: ["80:80", "443:443"]
    volumes: ["./nginx:/etc/nginx/conf.d:ro"]
volumes:
  data:
`,
  '.env': `# Passwords; keep them.
POSTGRES_PASSWORD=changeme
SECRET_COOKIE_TOKEN=changeme
DATABASE_URL=postgres://postgres:changeme@db/loomio
`,
  'nginx/site.conf': `server {
    listen 443 ssl;
    server_name app.example.org;
    location / {
        proxy_pass http://app:3000;
    }
}
`,
  'k8s/pod.yaml': `# A pod
apiVersion: v1
kind: Pod
metadata:
  name: one
spec:
  containers:
    - name: one
      image: registry.example.org/one:1.2.3
`,
}

function installation(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-mend-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

async function run(folder: string, fix = true) {
  const result = await check({
    ...{ paths: [folder], base: folder, profile: 'auto', guide: undefined, kubernetes: undefined, rules },
    ...{ live: { dockerSocket: undefined, host: false }, minSeverity: 'high', now: Date.now() },
    ...(fix ? { mend } : {}),
  })
  return { ...result, fix: result.fixes[0]! }
}

test('writes what mends it beside the files, and touches none of them', async (t) => {
  const folder = installation(t)
  const before = Object.keys(FILES).map((name) => statSync(join(folder, name)).mtimeMs)
  const { fix, problems } = await run(folder)
  assert.deepEqual(problems, [])
  assert.deepEqual([...fix.written].sort(), ['.env.castellan', 'castellan.patch', 'compose.castellan.yaml'])
  for (const [name, text] of Object.entries(FILES)) assert.equal(readFileSync(join(folder, name), 'utf8'), text)
  assert.deepEqual(
    Object.keys(FILES).map((name) => statSync(join(folder, name)).mtimeMs),
    before,
  )
  for (const name of fix.written) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.includes('castellan')),
    ['.env', 'compose.yaml', 'k8s', 'nginx'],
  )
})

test('a database is not published any more, a new secret is strong, and the comments are kept', async (t) => {
  const folder = installation(t)
  const { fix, findings } = await run(folder)
  const gone = new Set(fix.mended.map(({ rule, service }) => `${rule} ${service}`))
  assert.ok(gone.has('compose.published-data db'), [...gone].join('\n'))
  const known = (list: typeof findings) => list.filter(({ rule }) => rule === 'secret.default').length
  assert.equal(known(fix.left), known(findings) - 1)
  const env = readFileSync(join(folder, '.env.castellan'), 'utf8')
  assert.match(env, /^# Passwords; keep them\.$/m)
  assert.match(env, /^SECRET_COOKIE_TOKEN=[\w-]{32,}$/m)
  // A database that is there has its own copy: with a new one in the file alone it would let nobody in.
  assert.match(env, /^POSTGRES_PASSWORD=changeme$/m)
})

test('what it says is left is what is found once its files are in use', async (t) => {
  const folder = installation(t)
  const { fix } = await run(folder)
  renameSync(join(folder, '.env.castellan'), join(folder, '.env'))
  const patched = spawnSync('patch', ['-p1', '-s', '-i', 'castellan.patch'], { cwd: folder, encoding: 'utf8' })
  assert.equal(patched.status, 0, patched.stdout + patched.stderr)
  appendFileSync(join(folder, '.env'), 'COMPOSE_FILE=compose.yaml:compose.castellan.yaml\n')
  const after = await run(folder, false)
  assert.deepEqual(after.problems, [])
  const brief = (found: typeof after.findings) => found.map(({ rule, service }) => `${rule} ${service}`).sort()
  // A name that only Compose itself reads is no setting of the application.
  const own = after.findings.filter(({ observed }) => !observed.includes('COMPOSE_FILE'))
  assert.deepEqual(brief(own), brief(fix.left))
})

test('Compose takes the result, where it is installed', async (t) => {
  const { fix } = await run(installation(t))
  assert.notEqual(fix.validity.valid, false, fix.validity.reason)
  const installed = [['docker', 'compose', 'version'] as const, ['docker-compose', 'version', ''] as const].some(
    ([program, ...args]) =>
      spawnSync(
        program,
        args.filter((arg) => arg !== ''),
      ).status === 0,
  )
  assert.equal(fix.validity.valid, installed ? true : undefined, fix.validity.reason)
})

test('a second run replaces its own files and says so', async (t) => {
  const folder = installation(t)
  await run(folder)
  const { fix, problems } = await run(folder)
  assert.deepEqual([...fix.replaced].sort(), ['.env.castellan', 'castellan.patch', 'compose.castellan.yaml'])
  assert.deepEqual(problems, [])
})

test("somebody else's file of that name stays, and a link is not followed", async (t) => {
  const folder = installation(t)
  writeFileSync(join(folder, 'compose.castellan.yaml'), '# mine\n')
  symlinkSync('.env', join(folder, '.env.castellan'))
  const { fix, problems } = await run(folder)
  assert.deepEqual([...fix.refused].sort(), ['.env.castellan', 'compose.castellan.yaml'])
  assert.deepEqual(fix.written, ['castellan.patch'])
  assert.equal(problems.length, 2)
  assert.equal(readFileSync(join(folder, 'compose.castellan.yaml'), 'utf8'), '# mine\n')
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), FILES['.env'])
  // What is not written mends nothing.
  assert.ok(fix.left.some(({ rule }) => rule === 'compose.published-data'))
})

test('where nothing can be mended nothing is written', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-mend-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'Dockerfile'), 'FROM alpine:3.22\n')
  const { fix } = await run(folder)
  assert.deepEqual([fix.written, fix.mended, existsSync(join(folder, 'castellan.patch'))], [[], [], false])
})
