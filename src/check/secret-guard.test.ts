import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './judge.ts'
import { htmlReport } from './report/html.ts'
import { jsonReport } from './report/json.ts'
import { sarifReport } from './report/sarif.ts'
import { tableReport } from './report/table.ts'
import { summarise } from './result.ts'
import { rules } from './rules/all.ts'
import type { Rule, Sample } from './rules/rule.ts'
import { NOW, stackOf, withSample } from './samples.fixture.ts'
import { createSecretGuard } from './secret-guard.ts'

const VALUE = 'kT9$x(2]q.p+w*Z'
const URL_PASSWORD = 'v8Lq-33-abcd'

const FILES: Sample = {
  'compose.yaml': `services:
  app:
    image: registry.example.org/app:1.2.3
    env_file: .env
    environment:
      DATABASE_URL: postgres://app:${URL_PASSWORD}@db/app
      POSTGRES_USER: appuser
  db:
    image: postgres:17.2
`,
  '.env': `ADMIN_TOKEN='${VALUE}'\nPOSTGRES_PASSWORD=appuser\nSMTP_PASSWORD=short\n`,
}

test('covers values of secrets and passwords within addresses, wherever they stand', () => {
  const cover = createSecretGuard(stackOf(FILES))
  assert.equal(cover(`found ${VALUE}, twice ${VALUE}`), 'found [secret], twice [secret]')
  assert.equal(cover(`at postgres://app:${URL_PASSWORD}@db`), 'at postgres://app:[secret]@db')
})

test('leaves what the files say openly, and words that are too short to be told from text', () => {
  const cover = createSecretGuard(stackOf(FILES))
  assert.equal(cover('the user appuser in postgres, in short'), 'the user appuser in postgres, in short')
})

test('covers what a Secret of Kubernetes holds, as it is written and as it is meant', () => {
  const encoded = Buffer.from('plain-and-simple').toString('base64')
  const cover = createSecretGuard(
    stackOf({ 'k8s/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata: { a: ${encoded} }\n` }),
  )
  assert.equal(cover(`plain-and-simple ${encoded}`), '[secret] [secret]')
})

test('no report shows a secret, even when a rule does', () => {
  const leaking: Rule = {
    ...rules[0]!,
    id: 'compose.leaking',
    applies: () => true,
    check: (_stack, report) =>
      report({
        at: { file: 'compose.yaml', line: 1, column: 1 },
        service: VALUE,
        title: `A title with ${VALUE}`,
        observed: VALUE,
        expected: `not ${VALUE}`,
      }),
  }
  const findings = withSample(FILES, {}, ({ stack, disk }) =>
    judge(stack, [leaking, ...rules], disk, undefined).judged.map(({ finding }) => finding),
  )
  assert.equal(findings.filter(({ rule }) => rule === 'compose.leaking').length, 1)
  const result = {
    findings,
    stacks: [{ folder: '.', profile: 'generic', findings: findings.length }],
    ...{ files: ['compose.yaml'], problems: [], notes: [], guide: undefined, fixes: [] },
    summary: summarise(findings, 'high', { stacks: 1, problems: 0 }),
  }
  const same = (text: string) => text
  const paint = { bold: same, dim: same, red: same, yellow: same, green: same, safe: same, width: 60 }
  const reports = [
    [...tableReport(result, paint)],
    [...jsonReport(result)],
    [...sarifReport(result, rules, '0')],
    [htmlReport(result, NOW)],
  ]
  for (const report of reports) {
    assert.match(report.join('\n'), /\[secret\]/)
    for (const value of [VALUE, URL_PASSWORD]) assert.ok(!report.join('\n').includes(value))
  }
})

for (const rule of rules) {
  test(`${rule.id} names no secret of its own sample`, () => {
    withSample(rule.bad, {}, ({ stack }) => {
      const cover = createSecretGuard(stack)
      if (!rule.applies(stack)) return
      rule.check(stack, ({ observed, expected, title = '', service = '' }) => {
        for (const text of [observed, expected, title, service]) assert.equal(text, cover(text))
      })
    })
  })
}
