import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COST, hashPassword, impossibleHash, verifyPassword } from './argon2.ts'

test('reads and agrees with a hash of the reference implementation', () => {
  // phc-winner-argon2: echo -n password | ./argon2 somesalt -id -t 2 -m 16 -p 1 -l 32 (its test.c, version 0x13)
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.deepEqual(verifyPassword(hash, 'password'), { ok: true, outdated: true })
  assert.deepEqual(verifyPassword(hash, 'Password'), { ok: false, outdated: true })
})

test('a hash is a PHC string with its cost, a new salt every time, and not outdated', () => {
  const hash = hashPassword('p')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(hashPassword('p'), hash)
  assert.deepEqual(verifyPassword(hash, 'p'), { ok: true, outdated: false })
})

test('an older cost still verifies and is reported, so that it can be raised', () => {
  assert.deepEqual(verifyPassword(hashPassword('p', { ...COST, passes: 1 }), 'p'), { ok: true, outdated: true })
})

test('the hash of an unknown account has the cost of a real one and matches nothing', () => {
  assert.match(impossibleHash(), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  for (const password of ['', 'password', '\0']) assert.equal(verifyPassword(impossibleHash(), password).ok, false)
})

test('refuses a damaged hash and one that would take all memory', () => {
  const [good] = [hashPassword('p')]
  for (const bad of ['', 'p', good.replace('argon2id', 'argon2i'), good.replace('m=19456', 'm=9999999'), `${good}=`]) {
    assert.throws(() => verifyPassword(bad, 'p'), RangeError, bad)
  }
})
