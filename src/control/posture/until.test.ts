import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CastellanError } from '../../kernel/errors.ts'
import { readUntil } from './until.ts'

const NOW = Date.UTC(2027, 0, 10, 12)
const refusal = (text: string) => {
  try {
    readUntil(text, NOW)
  } catch (error) {
    assert.ok(error instanceof CastellanError && error.code === 'attest.until')
    return `${error.message} ${error.hint}`
  }
  return assert.fail(`${text} was taken`)
}

test('a day counts to its end, a minute to that minute, both in UTC', () => {
  assert.equal(readUntil('2027-01-31', NOW), Date.UTC(2027, 1, 1))
  assert.equal(readUntil('2027-01-31T12:30Z', NOW), Date.UTC(2027, 0, 31, 12, 30))
  assert.equal(readUntil('2027-01-10', NOW), Date.UTC(2027, 0, 11), 'today')
})

test('a year ahead is the most, and the refusal says so with a date that is allowed', () => {
  assert.equal(readUntil('2028-01-10', NOW), Date.UTC(2028, 0, 11))
  assert.match(refusal('2028-01-11'), /more than a year ahead.*Allowed: a date from 2027-01-10 to 2028-01-10/)
})

test('refuses what is over and what is no date', () => {
  assert.match(refusal('2027-01-09'), /that is over/)
  assert.match(refusal('2027-01-10T11:59Z'), /that is over/)
  for (const text of [
    '',
    'tomorrow',
    '2027-02-31',
    '2027-13-01',
    '31.12.2027',
    '2027-06-01T25:00Z',
    '2027-06-01T10:00',
  ])
    assert.match(refusal(text), /that is no date/, text)
})
