import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { judge } from '../judge.ts'
import { type CheckResult, summarise } from '../result.ts'
import { rules } from '../rules/all.ts'
import type { Sample } from '../rules/rule.ts'
import { NOW, withSample } from '../samples.fixture.ts'
import { htmlReport } from './html.ts'
import { jsonReport } from './json.ts'
import type { Paint } from './paint.ts'
import { sarifReport } from './sarif.ts'
import { tableReport } from './table.ts'
import { wrap } from './wrap.ts'

const HOSTILE = '<script>alert("x")</script>\u001b[31m'
const FILES: Sample = {
  'compose.yaml': `services:
  "web <b>":
    image: registry.example.org/web:latest
    privileged: true
  db:
    image: postgres:17.2
    ports: ["5432:5432"]
`,
  'live-docker.json': '{"containers": [{"name": "db", "image": "postgres:17.2", "privileged": true}]}',
}

const result = withSample(FILES, {}, ({ stack, disk }): CheckResult => {
  const findings = judge(stack, rules, disk, undefined).judged.map(({ finding }) => finding)
  const problems = [
    { at: { file: 'a b/ü:1.yaml', line: 3, column: 0 }, message: HOSTILE },
    { at: { file: '/etc/nginx.conf', line: 0, column: 0 }, message: 'it is not there' },
  ]
  const claim = { id: 'x-1', status: 'unmet', reason: 'Found.', rules: ['a.b'], untrue: 'It is not so.' } as const
  return {
    findings: [...findings, { ...findings[0]!, file: '/etc/ssh/sshd_config', observed: HOSTILE }],
    stacks: [{ folder: '.', profile: 'generic', findings: findings.length }],
    files: ['compose.yaml'],
    problems,
    notes: ['not seen: a thing'],
    guide: {
      ...{ name: 'x', title: 'X', counts: { met: 0, unmet: 1, undecided: 0 }, looked: [] },
      claims: [{ ...claim, asks: 'Do it.', section: 'A' }],
    },
    summary: summarise(findings, 'high', { stacks: 1, problems: problems.length }),
    fixes: [],
  }
})

interface Located {
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }]
}

const as = (style: string) => (text: string) => `<${style}>${text}</${style}>`
const bare = (text: string) => text
const PLAIN: Paint = { bold: bare, dim: bare, red: bare, yellow: bare, green: bare, safe: bare, width: 72 }

test('SARIF keeps to its schema', () => {
  const path = import.meta.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
  // Of draft 4 only these two words are in it that a newer validator reads differently.
  const { id: _id, $schema: _draft, ...schema } = JSON.parse(readFileSync(fileURLToPath(path), 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  formats.default(ajv)
  const validate = ajv.compile(schema)
  const log = JSON.parse([...sarifReport(result, rules, '0.1.0')].join('\n')) as { runs: { results: unknown[] }[] }
  assert.ok(validate(log), JSON.stringify(validate.errors, null, 1))
  assert.equal(log.runs[0]!.results.length, result.findings.length)
  // The schema can tell.
  assert.ok(!validate({ ...log, version: '2.0.0' }))
  assert.ok(!validate({ ...log, runs: [{ ...log.runs[0], results: [{ level: 'bad' }] }] }))
})

test('SARIF names files as addresses, points into rules, and says that not all could be read', () => {
  const [run] = JSON.parse([...sarifReport(result, rules, '0.1.0')].join('\n')).runs
  const uris = run.results.map((one: Located) => one.locations[0].physicalLocation.artifactLocation.uri)
  assert.ok(uris.includes('compose.yaml') && uris.includes('file:///etc/ssh/sshd_config'))
  for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex].id, ruleId)
  const [told] = run.invocations
  assert.equal(told.executionSuccessful, false)
  const place = told.toolExecutionNotifications[0].locations[0].physicalLocation
  assert.deepEqual(place, { artifactLocation: { uri: 'a%20b/%C3%BC%3A1.yaml' }, region: { startLine: 3 } })
})

test('JSON has the keys that programs rely on, and every finding the same ones', () => {
  const report = JSON.parse([...jsonReport(result)].join('\n'))
  assert.deepEqual(Object.keys(report), [
    ...['findings', 'guide', 'claims', 'counts', 'profile', 'stacks', 'files', 'problems', 'notes', 'summary'],
  ])
  const keys = ['rule', 'severity', 'title', 'why', 'file', 'line', 'column', 'service', 'observed', 'expected']
  for (const finding of report.findings) assert.deepEqual(Object.keys(finding), [...keys, 'fix', 'claims'])
  assert.deepEqual(report.claims[0].status, 'unmet')
  assert.equal(report.profile, 'generic')
  assert.deepEqual(report.problems[1], { file: '/etc/nginx.conf', line: 0, column: 0, message: 'it is not there' })
  assert.deepEqual(JSON.parse([...jsonReport({ ...result, findings: [] })].join('\n')).findings, [])
})

test('the table keeps to the width, and tells why and what to do once a rule', () => {
  const lines = [...tableReport(result, PLAIN)]
  const long = lines.filter((line) => line.length > 72 && line.trim().includes(' ') && !/^\s+\d* {2}\w+ /.test(line))
  assert.deepEqual(long, [])
  const privileged = rules.find(({ id }) => id === 'compose.privileged')!
  const told = lines.filter((line) => line.includes(privileged.why.slice(0, 30)))
  assert.equal(told.length, 1)
  const text = lines.join('\n')
  assert.match(text, /2 problems: not everything could be read/)
  assert.match(text, /x-1\n {4}Do it\.\n {4}Found\.\n {4}The guide is wrong here: It is not so\./)
})

test('the table is plain where colours are not wanted, and foreign text forges nothing', () => {
  const safe = (text: string) => text.replaceAll('\u001b', '')
  const text = [...tableReport(result, { ...PLAIN, safe })].join('\n')
  assert.ok(!text.includes('\u001b'))
  const coloured = [...tableReport(result, { ...PLAIN, red: as('red') })].join('\n')
  assert.match(coloured, /<red>critical/)
})

test('the page runs nothing, loads nothing, and shows foreign text as text', () => {
  const page = htmlReport(result, NOW)
  assert.ok(!/<script|<link|<img|<iframe|@import|url\(|\son\w+=|https?:\/\//i.test(page))
  assert.match(page, /&lt;script&gt;alert\(&quot;x&quot;\)/)
  assert.match(page, /web &lt;b&gt;/)
  assert.match(page, /<meta name="viewport" content="width=device-width/)
  assert.match(page, /prefers-color-scheme: dark/)
})

test('words that are longer than a line stand alone', () => {
  assert.deepEqual(wrap('a bb ccccccc d', 4), ['a bb', 'ccccccc', 'd'])
  assert.deepEqual(wrap('', 4), [''])
})
