import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Disk } from '../../disk.ts'
import { savedDocker, savedHost } from '../../live/saved.ts'
import type { Profile } from '../../profile/profile.ts'
import { emptyStack } from '../../read-stack.ts'
import { readHost } from '../../readers/host/read.ts'
import type { Stack } from '../../stack.ts'
import type { Observation, Rule, Severity } from '../rule.ts'
import { hostRules } from './index.ts'

const top = mkdtempSync(join(tmpdir(), 'castellan-host-rules-'))
after(() => rmSync(top, { recursive: true }))
let count = 0

const GENERIC: Profile = {
  ...{ name: 'generic', title: 'Generic', versions: [], images: [], services: [], paths: {}, settings: [], unread: [] },
  ...{ complete: [], data: [], outbound: [], signOn: [], guide: undefined },
}

function stackOf(files: Readonly<Record<string, string>>, live: { docker?: unknown; host?: unknown } = {}): Stack {
  const folder = join(top, String(count++))
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return {
    ...emptyStack(folder, GENERIC),
    host: readHost(new Disk(folder), folder),
    liveDocker: live.docker === undefined ? undefined : savedDocker(live.docker),
    liveHost: live.host === undefined ? undefined : savedHost(live.host),
    now: Date.UTC(2026, 0, 1),
  }
}

function run(id: string, stack: Stack): readonly Observation[] | 'does not apply' {
  const rule: Rule = hostRules.find((one) => one.id === id)!
  const found: Observation[] = []
  if (!rule.applies(stack)) return 'does not apply'
  rule.check(stack, (observation) => found.push(observation))
  return found
}

const lines = (found: readonly Observation[] | 'does not apply') =>
  found === 'does not apply' ? found : found.map(({ at }) => at.line)
const severities = (found: readonly Observation[] | 'does not apply'): readonly (Severity | undefined)[] | string =>
  found === 'does not apply' ? found : found.map(({ severity }) => severity)

test('every rule has an id of its own that is its family and its file', () => {
  const ids = hostRules.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.every((id) => /^host\.[a-z0-9-]+$/.test(id)))
})

test('a stack without a host file decides nothing about the host', () => {
  const stack = stackOf({ 'compose.yaml': 'services: {}\n' })
  assert.deepEqual(
    hostRules.filter((rule) => rule.applies(stack)),
    [],
  )
})

test('a Match block that opens passwords again is found, and is milder', () => {
  const stack = stackOf({
    'etc/ssh/sshd_config':
      'PasswordAuthentication no\nKbdInteractiveAuthentication no\nMatch Address 10.0.0.0/8\n  PasswordAuthentication yes\n',
  })
  const found = run('host.ssh-password-login', stack)
  assert.deepEqual([lines(found), severities(found)], [[4], ['medium']])
})

test('passwords through PAM are found although PasswordAuthentication is no, unless a key comes first', () => {
  const off = 'PasswordAuthentication no\nUsePAM yes\n'
  assert.equal(run('host.ssh-password-login', stackOf({ sshd_config: off })).length, 1)
  const second = `${off}AuthenticationMethods publickey,keyboard-interactive\n`
  assert.deepEqual(run('host.ssh-password-login', stackOf({ sshd_config: second })), [])
})

const UFW = { 'etc/ufw/ufw.conf': 'ENABLED=yes\n', 'etc/default/ufw': 'DEFAULT_INPUT_POLICY="DROP"\n' }
const published = (hostAddress: string, port: number) => ({
  containers: [{ name: 'app', ports: [{ hostAddress, published: port, target: 3000, protocol: 'tcp' }] }],
})

test("Docker's hole in ufw is found once for IPv4 and IPv6, and not for a port that ufw allows anyway", () => {
  const hole = run('host.docker-bypasses-firewall', stackOf(UFW, { docker: published('0.0.0.0', 3000) }))
  assert.equal(hole.length, 1)
  assert.match((hole as Observation[])[0]!.observed, /3000\/tcp .* ufw does not allow it/)
  const allowed = { ...UFW, 'etc/ufw/user.rules': '### tuple ### allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in\n' }
  assert.deepEqual(run('host.docker-bypasses-firewall', stackOf(allowed, { docker: published('0.0.0.0', 443) })), [])
  assert.deepEqual(run('host.docker-bypasses-firewall', stackOf(UFW, { docker: published('127.0.0.1', 3000) })), [])
})

test('rules in the chain DOCKER-USER close that hole', () => {
  const files = { ...UFW, 'etc/ufw/after.rules': '*filter\n-A DOCKER-USER -j ufw-user-forward\nCOMMIT\n' }
  assert.deepEqual(run('host.docker-bypasses-firewall', stackOf(files, { docker: published('0.0.0.0', 3000) })), [])
})

test('a firewall that is switched off is no firewall, and what the kernel says counts more than files', () => {
  assert.deepEqual(lines(run('host.firewall-off', stackOf({ 'etc/ufw/ufw.conf': '# x\nENABLED=no\n' }))), [2])
  assert.equal(run('host.firewall-off', stackOf(UFW, { host: { firewallSeen: true, firewalls: [] } })).length, 1)
  assert.equal(run('host.firewall-off', stackOf({ 'etc/os-release': '' })).length, 1)
  assert.equal(run('host.firewall-off', stackOf({ 'etc/os-release': '' }, { host: {} })), 'does not apply')
})

test("Debian's empty nftables.conf beside an active ufw is no firewall that lets everything in", () => {
  const nftables = 'table inet filter {\n  chain input {\n    type filter hook input priority filter;\n  }\n}\n'
  assert.deepEqual(run('host.firewall-accepts-by-default', stackOf({ ...UFW, 'etc/nftables.conf': nftables })), [])
  assert.deepEqual(lines(run('host.firewall-accepts-by-default', stackOf({ 'etc/nftables.conf': nftables }))), [2])
})

test('a jail for another name of the right port, or for all ports, is right', () => {
  const ssh = { 'etc/ssh/sshd_config': 'Port 2222\n' }
  const jail = (text: string) =>
    run('host.fail2ban-wrong-port', stackOf({ ...ssh, 'etc/fail2ban/jail.local': `[sshd]\nenabled = true\n${text}\n` }))
  assert.equal(jail('maxretry = 3').length, 1)
  assert.deepEqual(jail('port = ssh,2222'), [])
  assert.deepEqual(jail('port = 0:65535'), [])
  assert.deepEqual(jail('banaction = iptables-allports'), [])
})

test('a jail file that says nothing about sshd decides nothing, as the distribution enables that jail', () => {
  const stack = stackOf({ 'etc/fail2ban/jail.local': '[nginx-limit-req]\nenabled = true\n' })
  assert.equal(run('host.fail2ban-ssh-off', stack), 'does not apply')
})

test('trust over the network is worse than a password in clear text, and both are nothing on this machine itself', () => {
  const access =
    'local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all 10.0.0.0/8 password\nhost all all all trust\n'
  const found = run('host.database-cleartext-login', stackOf({ 'etc/postgresql/15/main/pg_hba.conf': access }))
  assert.deepEqual(
    [lines(found), severities(found)],
    [
      [3, 4],
      [undefined, 'critical'],
    ],
  )
})

test('logrotate that loses lines is found by who writes the file, and names that place', () => {
  const stack = stackOf({
    'etc/logrotate.d/loomio': '/var/log/loomio/*.log {\n  daily\n}\n',
    'etc/cron.d/logs': '@reboot root docker compose logs -f > /var/log/loomio/all.log\n',
  })
  assert.match(
    (run('host.log-rotation-loses-lines', stack) as Observation[])[0]!.observed,
    /etc\/cron\.d\/logs line 1 writes it/,
  )
})

test('a certificate has expired, is about to, or has time', () => {
  const expiresAt = (day: number) => ({ path: '/c', names: ['a.example'], expiresAt: Date.UTC(2026, 0, day) })
  const found = run(
    'host.certificate-expiring',
    stackOf({}, { host: { certificates: [expiresAt(-3), expiresAt(10), expiresAt(40)] } }),
  )
  assert.deepEqual(severities(found), ['high', undefined])
})

test('live facts with a misspelled name are refused, so that no fact is lost in silence', () => {
  assert.throws(() => savedHost({ socket: [] }), /live-host: there is no "socket"/)
  assert.throws(() => savedDocker({ containers: [{ privileged: 'yes' }] }), /"privileged" must be boolean, not string/)
})
