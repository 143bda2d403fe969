import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TicketBook } from './tickets.ts'

const TICKET = { client: '2001:db8::1', session: null, passes: false, without: null }

test('a ticket works once, and a number that nobody gave out never', () => {
  const book = new TicketBook('key')
  const [id = ''] = book.issue(TICKET).split('.')
  assert.equal(book.redeem('made up'), null)
  assert.deepEqual(book.redeem(id), { ...TICKET, id })
  assert.equal(book.redeem(id), null)
})
