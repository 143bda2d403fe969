import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseConfig } from '../config/load.ts'
import type { Policy } from '../config/policy.ts'
import { toPolicy } from '../config/to-policy.ts'
import { eventually, temporaryFolder } from '../guards/tls/fixture.ts'
import { startPebble } from '../guards/tls/pebble.ts'
import { LinkClient } from '../link/client.ts'
import { LinkServer } from '../link/server.ts'
import { SiteCertificates } from './site-certificates.ts'

function policyFor(hosts: readonly string[], top = ''): Policy {
  const sites = hosts.map((host) => `  - { host: ${host}, routes: [{ upstream: "http://127.0.0.1:9" }] }`)
  const text = `portal: https://auth.example.org\n${top}\nsites:\n${sites.join('\n')}\n`
  return toPolicy(parseConfig(text, 'castellan.yaml'))
}

/** Control's end of the link and the certificates of a policy. */
async function open(t: TestContext, policy: Policy) {
  const folder = temporaryFolder(t)
  const errors: unknown[] = []
  const failed = (error: unknown) => void errors.push(error)
  const link = new LinkServer({
    state: async () => ({
      policy,
      certificates: certificates.current(),
      sessions: [],
      challenges: certificates.challenges(),
      ticketKey: '',
      resumptionKeys: '',
    }),
    answer: () => Promise.reject(new Error('nobody asks')),
    used: () => undefined,
    report: () => undefined,
    onError: failed,
  })
  const path = join(folder, 'control.sock')
  await new Promise<void>((resolve) => link.server.listen(path, resolve))
  const certificates = await SiteCertificates.open({ folder, policy, link, failed, changed: () => undefined })
  t.after(() => {
    certificates.close()
    link.close()
  })
  return { folder, errors, link, path, certificates }
}

test('the first order by ACME waits for an edge that answers challenges, and does not fail for want of one', async (t) => {
  const pebble = await startPebble(t)
  const acme = `tls: { issuer: acme, directory: "${pebble.directory}", email: ops@example.org, ca: "${pebble.ca}" }`
  const { certificates, errors, path } = await open(t, policyFor(['app.example.org'], `${acme}\nhttp: "127.0.0.1:80"`))
  const issuers = () => certificates.current().map(({ issuer }) => issuer)
  await sleep(2_000)
  assert.deepEqual([issuers(), errors, pebble.asked], [['internal', 'internal'], [], []])
  const serve = (challenges: Readonly<Record<string, string>>) => {
    for (const [token, answer] of Object.entries(challenges)) void pebble.publish(token, answer)
  }
  const edge = new LinkClient({
    path,
    edge: 0,
    scratch: false,
    async apply(change) {
      await sleep(300) // a real edge takes its time to listen
      if (change.type === 'sync') serve(change.state.challenges)
      else if (change.type === 'challenges') serve(change.challenges)
    },
    onConnection: () => undefined,
  })
  t.after(() => edge.close())
  await eventually('certificates by ACME', () => issuers().every((issuer) => issuer === 'acme'))
  assert.deepEqual(errors, [])
})

/** Every file below a folder with its text. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }) as string[]
  const files = names.sort().filter((name) => statSync(join(folder, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

function assertTrusted({ folder, certificates }: Awaited<ReturnType<typeof open>>): void {
  const ca = new X509Certificate(readFileSync(join(folder, 'ca.pem')))
  for (const { cert, hosts } of certificates.current()) {
    assert.ok(new X509Certificate(cert).verify(ca.publicKey), `ca.pem is not the authority of ${hosts}`)
  }
}

const BEFORE = policyFor(['app.example.org'])
/** The authority of the first permits none of these names. */
const NEXT = policyFor(['app.example.org', 'new.example.com'])

test('a reload that an edge refuses leaves authority and certificates as they were', async (t) => {
  const opened = await open(t, BEFORE)
  const { folder, certificates, errors } = opened
  const [files, served] = [filesOf(folder), certificates.current()]
  const told: number[] = []
  const complaints = await certificates.reload(NEXT, async () => {
    told.push(certificates.current().length)
    return ['edge 2 can not compile it']
  })
  assert.deepEqual([complaints, told], [['edge 2 can not compile it'], [3]])
  assert.deepEqual(filesOf(folder), files)
  assert.deepEqual(certificates.current(), served)
  assert.deepEqual(errors, [], 'the operator is told of an authority that nobody uses')
  assertTrusted(opened)
})

test('a reload that is taken replaces authority and certificates together, and says so', async (t) => {
  const opened = await open(t, BEFORE)
  assert.deepEqual(await opened.certificates.reload(NEXT, async () => []), [])
  assert.equal(opened.certificates.current().length, 3)
  assertTrusted(opened)
  assert.match(String(opened.errors), /a new certificate authority was made/)
  const again = await SiteCertificates.open({
    folder: opened.folder,
    policy: NEXT,
    link: opened.link,
    failed: () => assert.fail('the authority was made again'),
    changed: () => undefined,
  })
  t.after(() => again.close())
  const texts = ({ certificates }: Pick<typeof opened, 'certificates'>) =>
    certificates.current().map(({ cert }) => cert)
  assert.deepEqual(texts({ certificates: again }), texts(opened))
})

test('a reload whose authority can not be written is taken back', async (t) => {
  const opened = await open(t, BEFORE)
  const { folder, certificates } = opened
  const [ca, served] = [readFileSync(join(folder, 'ca.pem'), 'utf8'), certificates.current()]
  const root = process.getuid?.() === 0
  const complaints = await certificates
    .reload(NEXT, async () => {
      chmodSync(folder, 0o500)
      if (root) process.seteuid!(65_534)
      return []
    })
    .finally(() => {
      if (root) process.seteuid!(0)
      chmodSync(folder, 0o700)
    })
  assert.match(complaints[0] ?? '', /EACCES/)
  assert.equal(readFileSync(join(folder, 'ca.pem'), 'utf8'), ca)
  assert.deepEqual(certificates.current(), served)
  assertTrusted(opened)
})
