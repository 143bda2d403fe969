import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { headerKey, isToken, underscoreTwin } from './header-name.ts'

test('names in any case have one key', () => {
  for (const name of ['X-Real-IP', 'x-real-ip', 'X-REAL-IP']) assert.equal(headerKey(name), 'x-real-ip')
})

test('a client that sends many names neither breaks the keys nor grows the cache without end', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 200_000; i++) assert.equal(headerKey(`X-${i}`), `x-${i}`)
  assert.equal(headerKey('Host'), 'host')
  collect()
  assert.ok(process.memoryUsage().heapUsed - before < 5e6)
})

test('an identity header with underscores has the twin that the application would take it for (B2)', () => {
  for (const name of ['X_Remote_User', 'X-Remote_User', 'x-remote-user', 'X_REMOTE-USER']) {
    assert.equal(underscoreTwin(name), 'x-remote-user')
  }
})

test('refuses names that are no token (RFC 9110 section 5.6.2)', () => {
  for (const yes of ['Host', 'X_Y', "!#$%&'*+-.^_`|~09azAZ"]) assert.ok(isToken(yes), yes)
  for (const no of ['', 'a b', 'a:', ' a', 'a ', 'a\r\n', 'a\n', 'a\0', 'é', 'a(b)', 'a/b', '"a"', ':path'])
    assert.ok(!isToken(no), no)
})
