import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Disk } from '../../disk.ts'
import { readHost } from './read.ts'
import { sshdPorts, sshdValue } from './sshd.ts'

const top = mkdtempSync(join(tmpdir(), 'castellan-sshd-'))
after(() => rmSync(top, { recursive: true }))
let count = 0

function read(files: Readonly<Record<string, string>>) {
  const folder = join(top, String(count++))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const disk = new Disk(folder)
  return { host: readHost(disk, folder), disk }
}

test('takes the first value of a keyword, as sshd does, and keeps its place', () => {
  const { host } = read({ 'etc/ssh/sshd_config': '# head\n  PermitRootLogin no\nPermitRootLogin yes\n' })
  const found = sshdValue(host!.sshd!, 'permitrootlogin', 'prohibit-password')
  assert.deepEqual(found, { value: 'no', at: { file: 'etc/ssh/sshd_config', line: 2, column: 3 } })
})

test('puts included files where the Include stands, so that they win over what follows', () => {
  const { host } = read({
    'etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication no\n',
    'etc/ssh/sshd_config.d/50-cloud-init.conf': 'PasswordAuthentication yes\n',
    'etc/ssh/sshd_config.d/readme': 'PasswordAuthentication maybe\n',
  })
  const found = sshdValue(host!.sshd!, 'passwordauthentication', 'yes')
  assert.equal(found.value, 'yes')
  assert.equal(found.at.file, 'etc/ssh/sshd_config.d/50-cloud-init.conf')
})

test('keeps what a Match block says apart, and ends a block of an included file with that file', () => {
  const { host } = read({
    'etc/ssh/sshd_config':
      'Include sshd_config.d/*.conf\nPermitRootLogin no\nMatch User backup\n  PermitRootLogin yes\n',
    'etc/ssh/sshd_config.d/a.conf': 'Match Address 10.0.0.0/8\nPasswordAuthentication yes\n',
  })
  assert.equal(sshdValue(host!.sshd!, 'permitrootlogin', '').value, 'no')
  assert.deepEqual(
    host!.sshd!.matches.map(({ criteria, values }) => [criteria, [...values.keys()]]),
    [
      ['Address 10.0.0.0/8', ['passwordauthentication']],
      ['User backup', ['permitrootlogin']],
    ],
  )
})

test('understands quotes, equals signs, old names and several ports', () => {
  const { host } = read({ sshd_config: 'ChallengeResponseAuthentication="no"\nPort 22\nPort 2222 # second\n' })
  assert.equal(sshdValue(host!.sshd!, 'kbdinteractiveauthentication', 'yes').value, 'no')
  assert.deepEqual(sshdPorts(host!.sshd), [22, 2222])
})

test('tells of files that include each other in a circle, and reads on', () => {
  const { host, disk } = read({
    'etc/ssh/sshd_config': 'Include /etc/ssh/a.conf\nPermitRootLogin no\n',
    'etc/ssh/a.conf': 'Include /etc/ssh/sshd_config\nX11Forwarding yes\n',
  })
  assert.deepEqual(
    disk.problems.map(({ at }) => [at.file, at.line]),
    [['etc/ssh/a.conf', 1]],
  )
  assert.equal(sshdValue(host!.sshd!, 'permitrootlogin', '').value, 'no')
  assert.equal(sshdValue(host!.sshd!, 'x11forwarding', '').value, 'yes')
})

test('finds no host in a folder that has only an application', () => {
  const { host, disk } = read({
    'compose.yaml': 'services: {}\n',
    'server/sshd_config.md': 'x',
    'redis.conf': 'bind 0.0.0.0\n',
  })
  assert.equal(host, undefined)
  assert.deepEqual(disk.problems, [])
})
