import assert from 'node:assert/strict'
import { truncateSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inFolder, told } from '../compose/folder.fixture.ts'
import { MAX_SCAN_BYTES, readScans } from './read.ts'

function read(files: Readonly<Record<string, string | object>>) {
  const texts = Object.entries(files).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return inFolder(Object.fromEntries(texts) as Record<string, string>, (folder, disk) => ({
    found: readScans(disk, folder),
    problems: told(disk),
  }))
}

test('Trivy: each hole of a package counts once, and what has no fix is not fixable', () => {
  const hole = { VulnerabilityID: 'CVE-2024-1', PkgName: 'openssl', FixedVersion: '3.0.7', Severity: 'CRITICAL' }
  const { found } = read({
    'scans/trivy-app.json': {
      SchemaVersion: 2,
      CreatedAt: '2026-01-31T08:00:00.123456789+01:00',
      ArtifactName: 'shop/app:1',
      Results: [
        { Vulnerabilities: [hole, hole, { ...hole, PkgName: 'zlib', FixedVersion: '', Severity: 'HIGH' }] },
        { Misconfigurations: [] },
      ],
    },
  })
  const [report] = found
  assert.equal(report?.target, 'shop/app:1')
  assert.equal(report?.made, Date.parse('2026-01-31T07:00:00.123Z'))
  assert.equal(report?.dated, 'report')
  assert.deepEqual(report?.counts, { critical: 1, high: 1, medium: 0, low: 0, unknown: 0 })
  assert.deepEqual(report?.fixable, [{ id: 'CVE-2024-1', package: 'openssl', fixedIn: '3.0.7', severity: 'critical' }])
})

test('Grype: fixed means that there is a version with the fix', () => {
  const match = (state: string) => ({
    vulnerability: {
      id: `GHSA-${state}`,
      severity: 'High',
      fix: { state, versions: state === 'fixed' ? ['2.0'] : [] },
    },
    artifact: { name: 'lodash' },
  })
  const { found } = read({
    'grype.json': {
      matches: [match('fixed'), match('wont-fix')],
      source: { type: 'image', target: { userInput: 'shop/app:1' } },
      descriptor: { name: 'grype', timestamp: '2026-02-01T00:00:00Z' },
    },
  })
  assert.equal(found[0]?.target, 'shop/app:1')
  assert.equal(found[0]?.counts.high, 2)
  assert.deepEqual(
    found[0]?.fixable.map(({ id }) => id),
    ['GHSA-fixed'],
  )
})

test('npm audit: a package without a fix is not fixable; the date is that of the file', () => {
  const files = {
    'npm-audit.json': JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: {
        lodash: { severity: 'critical', fixAvailable: { name: 'lodash', version: '4.17.21' } },
        xml: { severity: 'moderate', fixAvailable: false },
        tar: { severity: 'high', fixAvailable: true },
      },
      metadata: {},
    }),
  }
  inFolder(files, (folder, disk) => {
    utimesSync(join(folder, 'npm-audit.json'), 1_700_000_000, 1_700_000_000)
    const [report] = readScans(disk, folder)
    assert.equal(report?.made, 1_700_000_000_000)
    assert.equal(report?.dated, 'file')
    assert.deepEqual(report?.counts, { critical: 1, high: 1, medium: 1, low: 0, unknown: 0 })
    assert.deepEqual(
      report?.fixable.map(({ id, fixedIn }) => [id, fixedIn]),
      [
        ['lodash', '4.17.21'],
        ['tar', undefined],
      ],
    )
  })
})

const RUN = {
  tool: { driver: { name: 'Trivy', rules: [{ id: 'CVE-1', properties: { 'security-severity': '9.8' } }] } },
  invocations: [{ endTimeUtc: '2026-03-01T00:00:00Z', executionSuccessful: true }],
  results: [
    { ruleId: 'CVE-1', ruleIndex: 0, level: 'error', message: { text: 'Package: openssl\nFixed Version: 3.0.7' } },
    { ruleId: 'CVE-2', level: 'warning', message: { text: 'Package: zlib\nFixed Version: \nLink: x' } },
    { ruleId: 'CVE-3', level: 'error', message: { text: 'x' }, suppressions: [{ kind: 'external' }] },
    { ruleId: 'CVE-4', kind: 'pass', message: { text: 'x' } },
  ],
}

test('SARIF: the score of the rule counts, suppressed and passed results do not', () => {
  const { found } = read({ 'results.sarif': { version: '2.1.0', runs: [RUN] } })
  assert.equal(found[0]?.subject, 'packages')
  assert.equal(found[0]?.made, Date.parse('2026-03-01T00:00:00Z'))
  assert.deepEqual(found[0]?.counts, { critical: 1, high: 0, medium: 1, low: 0, unknown: 0 })
  assert.deepEqual(found[0]?.fixable, [{ id: 'CVE-1', package: 'openssl', fixedIn: '3.0.7', severity: 'critical' }])
})

test('SARIF of a linter is about code; what this program wrote itself is no scan', () => {
  const of = (name: string) => ({ version: '2.1.0', runs: [{ tool: { driver: { name } }, results: [] }] })
  const { found } = read({ 'a.sarif': of('ESLint'), 'b.sarif': of('castellan') })
  assert.deepEqual(
    found.map(({ tool, subject }) => [tool, subject]),
    [['ESLint', 'code']],
  )
})

test('what should be a report and is none is told; other JSON is left alone', () => {
  const { found, problems } = read({
    'trivy.json': '{ "SchemaVersion": 2, ',
    'grype-app.json': '[1, 2]',
    'reports/other.json': '{ "runs": 3 }',
    'security.json': '{ broken',
  })
  assert.deepEqual(found, [])
  assert.deepEqual(problems, [
    'grype-app.json:0:0 this is no report of SARIF 2.1.0, Trivy, Grype or npm audit',
    'trivy.json:0:0 this is not valid JSON',
  ])
})

test('values of the wrong kind in a report do no harm', () => {
  const { problems } = read({
    'trivy.json': {
      SchemaVersion: 2,
      ArtifactName: 7,
      Results: [null, 3, { Vulnerabilities: [null, { Severity: 4 }] }],
    },
    'a.sarif': { version: '2.1.0', runs: [null, { results: [null, { ruleIndex: -1, message: 4 }], tool: [] }] },
    'npm-audit.json': { auditReportVersion: 2, metadata: 1, vulnerabilities: { a: null, __proto__: { x: 1 } } },
  })
  assert.deepEqual(problems, [])
})

test('a report that is too large is told, and not read', () => {
  inFolder({ 'trivy.json': '' }, (folder, disk) => {
    truncateSync(join(folder, 'trivy.json'), MAX_SCAN_BYTES + 1)
    assert.deepEqual(readScans(disk, folder), [])
    assert.match(told(disk).join(), /^trivy\.json:0:0 16777217 bytes; at most 16777216 are read/)
  })
})
