import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Disk } from '../../disk.ts'
import { banSeconds } from './fail2ban.ts'
import { readHost } from './read.ts'

const top = mkdtempSync(join(tmpdir(), 'castellan-settings-'))
after(() => rmSync(top, { recursive: true }))
let count = 0

function read(files: Readonly<Record<string, string>>) {
  const folder = join(top, String(count++))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const disk = new Disk(folder)
  return { host: readHost(disk, folder)!, disk }
}

test('fail2ban: jail.local wins over jail.d, .local over .conf, and DEFAULT stands below all', () => {
  const { host } = read({
    'etc/fail2ban/jail.conf':
      '[DEFAULT]\nbantime  = 10m\nmaxretry = 5\n[sshd]\nport = ssh\n[nginx-http-auth]\nport=http,https\n',
    'etc/fail2ban/jail.d/defaults-debian.conf': '[sshd]\nenabled = true\n',
    'etc/fail2ban/jail.local':
      '[DEFAULT]\nbantime = 1h\nignoreip = 127.0.0.1/8\n  192.0.2.0/24\n[sshd]\nmaxretry : 3 ; few\n',
    'etc/fail2ban/jail.d/z.local': '[sshd]\nport = 2222\n',
  })
  const [sshd, web] = host.fail2ban!.jails
  assert.equal(sshd!.enabled, true)
  assert.equal(web!.enabled, false)
  const value = (name: string) => sshd!.values.get(name)!.value
  assert.deepEqual(['bantime', 'maxretry', 'port', 'ignoreip'].map(value), [
    '1h',
    '3',
    '2222',
    '127.0.0.1/8\n192.0.2.0/24',
  ])
  assert.equal(sshd!.values.get('port')!.at.file, 'etc/fail2ban/jail.d/z.local')
})

test('fail2ban: times are seconds, with and without units', () => {
  assert.deepEqual(['600', '10m', '1h 30m', '-1', '1d', 'soon'].map(banSeconds), [
    600,
    600,
    5400,
    -1,
    86_400,
    undefined,
  ])
})

test('apt: the last file wins, comments count for nothing, URLs within quotes are no comments', () => {
  const { host } = read({
    'etc/apt/apt.conf.d/20auto-upgrades':
      'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
    'etc/apt/apt.conf.d/50unattended-upgrades':
      'Unattended-Upgrade::Allowed-Origins {\n  "${distro_id}:${distro_codename}";\n//  "${distro_id}:${distro_codename}-security";\n};\nAcquire::http::Proxy "http://proxy:3128";\n',
    'etc/apt/apt.conf.d/99local': '/* off\n */ APT { Periodic { Unattended-Upgrade "0"; }; };\n',
  })
  assert.deepEqual(host.updates!.install, {
    value: false,
    at: { file: 'etc/apt/apt.conf.d/99local', line: 2, column: 41 },
  })
  assert.equal(host.updates!.security!.value, false)
})

test('apt: an origin for security is seen in either form', () => {
  const { host } = read({
    '50unattended-upgrades':
      'Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=${distro_codename},label=Debian-Security"; };',
  })
  assert.equal(host.updates!.security!.value, true)
  assert.equal(host.updates!.install, undefined)
})

test('sysctl: sysctl.conf comes last, slashes are dots, and a file hides one of the same name in /usr/lib', () => {
  const { host } = read({
    'etc/sysctl.conf': 'net/ipv4/tcp_syncookies=1\n',
    'etc/sysctl.d/10-net.conf': '; old\n-net.ipv4.tcp_syncookies = 0\n',
    'usr/lib/sysctl.d/10-net.conf': 'kernel.kptr_restrict = 0\n',
  })
  assert.deepEqual(
    [...host.sysctl].map(([name, { value, at }]) => [name, value, at.file]),
    [['net.ipv4.tcp_syncookies', '1', 'etc/sysctl.conf']],
  )
})

test('logrotate: the head of the file holds for its blocks; a postrotate script tells the writer', () => {
  const { host } = read({
    'etc/logrotate.conf': 'weekly\nrotate 4\ncreate\ninclude /etc/logrotate.d\n',
    'etc/logrotate.d/app': '/var/log/app/*.log\n"/var/log/other.log" {\n  daily\n  rotate 30\n}\n',
    'etc/logrotate.d/nginx': '/var/log/nginx/*.log {\n  postrotate\n    kill -USR1 1 }\n  endscript\n}\n',
    'etc/systemd/system/logs.service':
      '[Service]\nExecStart=/bin/sh -c "docker compose logs -f app >> /var/log/app/docker.log 2>&1"\n',
  })
  const [app, nginx] = host.logrotate
  assert.deepEqual(app!.paths, ['/var/log/app/*.log', '/var/log/other.log'])
  assert.deepEqual([app!.directives.get('rotate')!.value, nginx!.directives.get('rotate')!.value], ['30', '4'])
  assert.deepEqual([app!.tellsWriter, nginx!.tellsWriter], [false, true])
  assert.deepEqual(
    host.logWriters.map(({ file, at }) => [file, at.line]),
    [['/var/log/app/docker.log', 2]],
  )
})

test('daemon.json: a broken one is a problem with its line, and the rest is still read', () => {
  const { host, disk } = read({
    'etc/docker/daemon.json': '{\n  "hosts": [,]\n',
    'etc/group': 'docker:x:999:anna,ben\n',
  })
  assert.equal(disk.problems.length, 1)
  assert.equal(disk.problems[0]!.at.file, 'etc/docker/daemon.json')
  assert.ok(disk.problems[0]!.at.line >= 2)
  assert.deepEqual(host.accounts.groups.get('docker')!.value, ['anna', 'ben'])
})

test('daemon.json: a value stands where its key is', () => {
  const { host } = read({
    'etc/docker/daemon.json': '{\n  "log-opts": { "hosts": "x" },\n  "hosts": ["tcp://0.0.0.0:2375"]\n}\n',
  })
  const hosts = host.daemon!.values.get('hosts')!
  assert.deepEqual(hosts, { value: ['tcp://0.0.0.0:2375'], at: { file: 'etc/docker/daemon.json', line: 3, column: 3 } })
})

test('keeps no password of the databases of the host', () => {
  const { host } = read({
    'etc/redis/redis.conf': 'requirepass hunter2hunter2\nmasterauth other-secret\nbind 0.0.0.0\n',
    'etc/postgresql/15/main/postgresql.conf':
      "primary_conninfo = 'password=third-secret'\nlisten_addresses='*' # all\n",
    'etc/postgresql/15/main/pg_hba.conf': 'local all all peer\nhost all all 0.0.0.0 0.0.0.0 password\n',
  })
  assert.deepEqual(
    host.databases.map(({ values }) => [...values].map(([name, { value }]) => `${name}=${value}`)),
    [['listen_addresses=*'], ['requirepass=set', 'bind=0.0.0.0']],
  )
  assert.deepEqual(
    host.databases[0]!.access.map(({ address, method }) => [address, method]),
    [
      ['', 'peer'],
      ['0.0.0.0/0.0.0.0', 'password'],
    ],
  )
})

test('sudoers: every command without a password counts, single commands do not', () => {
  const { host } = read({
    'etc/sudoers':
      'root ALL=(ALL:ALL) NOPASSWD: ALL\n%admin ALL=(ALL) NOPASSWD: ALL\nci ALL=(root) NOPASSWD: /usr/bin/true\n',
    'etc/sudoers.d/90-cloud-init-users': 'debian ALL=(ALL) NOPASSWD:ALL\n',
  })
  assert.deepEqual(
    host.accounts.freeSudo.map(({ value }) => value),
    ['%admin', 'debian'],
  )
})

test('a binary file and a folder where a file should be are problems, not crashes', () => {
  const { disk } = read({ 'etc/ssh/sshd_config': 'a\0b', 'etc/nftables.conf/x': '', 'etc/group': 'sudo:x:27:\n' })
  assert.deepEqual(
    disk.problems.map(({ at, message }) => [at.file, message]),
    [
      ['etc/ssh/sshd_config', 'this is a binary file, not text'],
      ['etc/nftables.conf', 'this is not a file'],
    ],
  )
})

test('reads hostile files of megabytes in linear time', () => {
  const blanks = ' '.repeat(500_000)
  const started = performance.now()
  read({
    'etc/ssh/sshd_config': `${'Port 1\n'.repeat(100_000)}X${blanks}y\nInclude ${'*a'.repeat(50)}b\n`,
    [`etc/ssh/${'a'.repeat(200)}`]: '',
    'etc/nftables.conf': `${'table inet a { chain b { '.repeat(20_000)}${blanks}${'x {} '.repeat(50_000)}\nlog ${'log '.repeat(50_000)}\n${'tcp dport { '.repeat(50_000)}`,
    'etc/fail2ban/jail.local': `[a]\nb${blanks}c\nd=1\n${'  e\n'.repeat(100_000)}`,
    'etc/apt/apt.conf.d/20auto-upgrades': `${'a { '.repeat(50_000)}${'b "1"; '.repeat(100_000)}`,
    'etc/sysctl.conf': `a${blanks}b\n`,
    'etc/systemd/system/a.service': 'docker logs -f '.repeat(50_000),
    'etc/docker/daemon.json': `{"a": ${'['.repeat(500_000)}`,
    'etc/sudoers': `a ${'='.repeat(200_000)}`,
    'etc/iptables/rules.v4': `*filter\n-A INPUT ${'-m comment --comment a '.repeat(50_000)}\n`,
    'etc/logrotate.d/a': `${'/a '.repeat(100_000)}{\n`,
  })
  assert.ok(performance.now() - started < 10_000)
})
