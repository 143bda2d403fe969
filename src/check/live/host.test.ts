import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureDebian } from '../../../test/helpers/packages.ts'
import { parseUfwStatus } from './firewalls.ts'
import { readLiveHost } from './host.ts'
import { readSockets } from './sockets.ts'
import { isDeviceEncrypted, readStorage } from './storage.ts'

const top = mkdtempSync(join(tmpdir(), 'castellan-live-host-'))
after(() => rmSync(top, { recursive: true }))
// Folders of the system's own may be closed to others, and then nothing below them is open to anybody.
chmodSync(top, 0o755)

async function listen(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await new Promise((resolve) => server.once('listening', resolve))
  after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('sees a socket that listens, its address and the program that holds it', async () => {
  const [local, everywhere, six] = [await listen('127.0.0.1'), await listen('0.0.0.0'), await listen('::1')]
  const sockets = readSockets()
  const of = (port: number) => sockets.find((socket) => socket.port === port && socket.protocol === 'tcp')
  assert.equal(of(local)!.address, '127.0.0.1')
  assert.equal(of(everywhere)!.address, '0.0.0.0')
  assert.equal(of(six)!.address, '::1')
  assert.equal(of(local)!.process, readFileSync('/proc/self/comm', 'utf8').trim())
})

test('looks at this machine in seconds, and says what it could not see', async () => {
  const started = performance.now()
  const live = await readLiveHost({ folders: [top], certificates: [join(top, 'absent.pem')] })
  assert.ok(performance.now() - started < 20_000)
  assert.ok(live.sockets.length >= 0)
  assert.ok(live.storage.some(({ use, path }) => use === 'stack' && path === top))
  assert.equal(live.firewallSeen, !live.unknown.some(({ what }) => what === 'the packet filter'))
  assert.ok(live.unknown.some(({ what }) => what.includes('absent.pem')))
  assert.ok('kernel.randomize_va_space' in live.sysctl)
})

test('finds secrets that others can read, and forgives those in a folder that is closed', async () => {
  const folder = join(top, 'stack')
  mkdirSync(join(folder, 'closed'), { recursive: true })
  mkdirSync(join(folder, 'secrets'))
  const modes = {
    '.env': 0o644,
    'secrets/db_password': 0o600,
    'closed/gh_key.txt': 0o644,
    '.env.example': 0o644,
    'backup-20260101.sql': 0o640,
    'init.sql': 0o644,
  }
  for (const [name, mode] of Object.entries(modes)) {
    writeFileSync(join(folder, name), 'x')
    chmodSync(join(folder, name), mode)
  }
  chmodSync(join(folder, 'closed'), 0o700)
  symlinkSync(folder, join(folder, 'loop'))
  const { files } = await readLiveHost({ folders: [folder] })
  const own = files
    .filter(({ path }) => path.startsWith(folder))
    .map(({ path, mode, kind }) => [path.slice(folder.length + 1), mode.toString(8), kind])
  assert.deepEqual(own.sort(), [
    ['.env', '644', 'secret'],
    ['backup-20260101.sql', '640', 'dump'],
    ['closed/gh_key.txt', '640', 'key'],
    ['secrets/db_password', '600', 'secret'],
  ])
})

test('reads the names and the last day of a certificate', async () => {
  const path = join(top, 'cert.pem')
  const subject = ['-subj', '/CN=example.org', '-addext', 'subjectAltName=DNS:example.org,DNS:www.example.org']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(top, 'key.pem')]
  const made = spawnSync(
    ensureDebian('openssl', 'openssl'),
    ['req', '-x509', '-days', '3', '-out', path, ...key, ...subject],
    {
      encoding: 'utf8',
    },
  )
  assert.equal(made.status, 0, made.stderr)
  const { certificates } = await readLiveHost({ certificates: [path] })
  const found = certificates.find((one) => one.path === path)!
  assert.deepEqual(found.names, ['example.org', 'www.example.org'])
  const days = (found.expiresAt - Date.now()) / 86_400_000
  assert.ok(days > 2.9 && days <= 3, String(days))
})

/** A kernel's own folders, as they look on a machine with LVM on LUKS, a plain disk, RAID on two disks and swap. */
function kernelFolders() {
  const [proc, sys] = [join(top, 'proc'), join(top, 'sys')]
  const device = (name: string, slaves: readonly string[], uuid?: string) => {
    mkdirSync(join(sys, 'class/block', name, 'slaves'), { recursive: true })
    for (const slave of slaves) writeFileSync(join(sys, 'class/block', name, 'slaves', slave), '')
    if (uuid === undefined) return
    mkdirSync(join(sys, 'class/block', name, 'dm'))
    writeFileSync(join(sys, 'class/block', name, 'dm/uuid'), uuid)
  }
  device('sda1', [])
  device('sda2', [])
  device('dm-0', ['sda2'], 'CRYPT-LUKS2-0123-cryptdata\n')
  device('dm-1', ['dm-0'], 'LVM-abc\n')
  device('md0', ['sda1', 'dm-0'])
  mkdirSync(join(sys, 'dev/block'), { recursive: true })
  for (const [number, name] of [
    ['8:1', 'sda1'],
    ['253:1', 'dm-1'],
    ['9:0', 'md0'],
  ] as const)
    symlinkSync(join(sys, 'class/block', name), join(sys, 'dev/block', number))
  for (const folder of ['plain', 'safe disk', 'raid', 'memory'])
    mkdirSync(join(top, 'mnt', folder), { recursive: true })
  const mnt = join(top, 'mnt')
  mkdirSync(join(proc, 'self'), { recursive: true })
  const mounts = [
    `21 1 8:1 / / rw - ext4 /dev/sda1 rw`,
    `22 21 253:1 / ${mnt}/safe\\040disk rw shared:1 - xfs /dev/mapper/vg-data rw`,
    `23 21 9:0 / ${mnt}/raid rw - ext4 /dev/md0 rw`,
    `24 21 0:31 / ${mnt}/memory rw - tmpfs tmpfs rw`,
  ]
  writeFileSync(join(proc, 'self/mountinfo'), `${mounts.join('\n')}\n`)
  writeFileSync(join(proc, 'swaps'), 'Filename Type Size Used Priority\n/swapfile file 1 0 -2\n')
  return { kernel: { proc, sys }, mnt }
}

test('sees LUKS below LVM, and that a RAID is as open as its most open disk', () => {
  const { kernel, mnt } = kernelFolders()
  const paths = ['plain', 'safe disk', 'raid', 'memory'].map((name) => ({
    use: 'volume' as const,
    path: join(mnt, name),
  }))
  const found = readStorage(paths, kernel).map(({ use, path, encrypted }) => [
    use,
    path.replace(`${mnt}/`, ''),
    encrypted,
  ])
  assert.deepEqual(found, [
    ['volume', 'plain', false],
    ['volume', 'safe disk', true],
    ['volume', 'raid', false],
    ['volume', 'memory', true],
    ['swap', '/swapfile', false],
  ])
  assert.equal(isDeviceEncrypted('nvme9n1', kernel), undefined)
})

test('understands what ufw says about itself', () => {
  const ufw = parseUfwStatus(
    [
      'Status: active',
      'Logging: on (low)',
      'Default: deny (incoming), allow (outgoing), disabled (routed)',
      'New profiles: skip',
      '',
      'To                         Action      From',
      '--                         ------      ----',
      '22/tcp                     LIMIT IN    Anywhere',
      '80,443/tcp (Nginx Full)    ALLOW IN    Anywhere',
      '5432                       ALLOW IN    10.0.0.0/8',
      '23/tcp                     DENY IN     Anywhere',
      '22/tcp (v6)                LIMIT IN    Anywhere (v6)',
    ].join('\n'),
  )
  assert.equal(ufw.active!.value, true)
  assert.deepEqual([ufw.input!.value, ufw.output!.value], ['drop', 'accept'])
  assert.deepEqual(
    ufw.open.map(({ first, from, at }) => [first, from, at.line]),
    [
      [22, undefined, 8],
      [80, undefined, 9],
      [443, undefined, 9],
      [5432, '10.0.0.0/8', 10],
      [22, undefined, 12],
    ],
  )
})
