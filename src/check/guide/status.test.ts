import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFacts } from '../facts/fields.ts'
import type { Finding } from '../rules/rule.ts'
import { readGuide } from './load.ts'
import { claimStatuses, claimsAgainst } from './status.ts'

const guide = readGuide(
  'app',
  parseFacts(
    'guides/app.yaml',
    `
title: App
claims:
  - { id: app-1, section: A, asks: No published data., rules: [compose.published-data] }
  - { id: app-2, section: A, asks: The database is not published., rules: [{ compose.published-data: 'couch|5984' }] }
  - { id: app-3, section: A, asks: TLS., rules: [proxy.no-tls], controls: [tls.versions, tls.ciphers] }
  - { id: app-4, section: A, asks: A plan., attest: The plan is written. }
  - { id: app-5, section: A, asks: A setting., rules: [[setting.unread, kubernetes.unread-setting], backup.missing], untrue: Nothing reads it. }
`,
  ),
)

const finding = (rule: string, service: string | null, observed: string): Finding => ({
  rule,
  service,
  observed,
  severity: 'high',
  title: 'A title',
  why: '',
  file: 'compose.yaml',
  line: 12,
  column: 3,
  expected: '',
  fix: '',
  claims: [],
})

const everything = () => true
const byId = (...args: Parameters<typeof claimStatuses>) =>
  Object.fromEntries(claimStatuses(...args).map((status) => [status.id, status]))

test('a claim is met when its rules alone decide it, all of them looked and nothing was found', () => {
  const statuses = byId(guide, [], everything)
  assert.equal(statuses['app-1']?.status, 'met')
  assert.equal(statuses['app-1']?.reason, 'compose.published-data looked and found nothing.')
})

test('a finding breaks a claim, and the reason says where and what', () => {
  const status = byId(guide, [finding('compose.published-data', 'search', 'published on 0.0.0.0:9200')], everything)[
    'app-1'
  ]
  assert.equal(status?.status, 'unmet')
  assert.equal(status?.reason, 'Found in compose.yaml:12, search: published on 0.0.0.0:9200.')
})

test('a finding about another service leaves a narrowed claim alone', () => {
  const search = finding('compose.published-data', 'search', 'published on 0.0.0.0:9200')
  const database = finding('compose.published-data', 'store', 'published on 0.0.0.0:5984')
  assert.equal(byId(guide, [search], everything)['app-2']?.status, 'met')
  assert.equal(byId(guide, [search, database], everything)['app-2']?.status, 'unmet')
  assert.deepEqual(claimsAgainst(guide, search), ['app-1'])
  assert.deepEqual(claimsAgainst(guide, database), ['app-1', 'app-2'])
})

test('what needs a live proof or a person stays undecided, and the reason says which', () => {
  const statuses = byId(guide, [], everything)
  assert.equal(statuses['app-3']?.status, 'undecided')
  assert.match(
    statuses['app-3']?.reason ?? '',
    /proxy\.no-tls looked.*gate has to prove tls\.versions and tls\.ciphers\./,
  )
  assert.equal(statuses['app-4']?.status, 'undecided')
  assert.equal(statuses['app-4']?.reason, 'A person has to confirm: The plan is written.')
})

test('a claim is undecided when one of its rules had nothing to look at', () => {
  const status = byId(guide, [], (rule) => rule !== 'backup.missing')['app-5']
  assert.equal(status?.status, 'undecided')
  assert.match(status?.reason ?? '', /backup\.missing had nothing to look at\./)
})

test('of rules for different kinds of installation one is enough', () => {
  assert.equal(byId(guide, [], (rule) => !rule.startsWith('kubernetes'))['app-5']?.status, 'met')
  assert.equal(byId(guide, [], (rule) => !rule.startsWith('setting'))['app-5']?.status, 'met')
  assert.equal(byId(guide, [], (rule) => rule === 'backup.missing')['app-5']?.status, 'undecided')
})

test('where the guide is wrong is told whatever the status', () => {
  assert.equal(byId(guide, [], everything)['app-5']?.untrue, 'Nothing reads it.')
  assert.equal(byId(guide, [], everything)['app-1']?.untrue, null)
})

test('many findings are counted, not listed', () => {
  const many = Array.from({ length: 5 }, (_, index) => finding('compose.published-data', `s${index}`, 'open'))
  assert.match(byId(guide, many, everything)['app-1']?.reason ?? '', /s0: open; .*s2: open; and 2 more\.$/)
})
