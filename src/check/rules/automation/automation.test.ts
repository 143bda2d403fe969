import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import { packageRules } from '../package/index.ts'
import { trivyReport } from '../package/samples.ts'
import type { Sample } from '../rule.ts'
import { automationRules } from './index.ts'
import { COMPOSE, PACKAGE, workflow } from './samples.ts'

/** The texts of what a rule finds in a stack. */
function found(id: string, files: Sample, profile?: string): readonly string[] {
  const rule = [...automationRules, ...packageRules].find((one) => one.id === id)
  assert.ok(rule)
  return observed(rule, stackOf(files, profile === undefined ? {} : { profile })).map(({ observed: text }) => text)
}

const WATCHTOWER =
  'services:\n  app:\n    image: loomio/loomio:3.0.20\n  watchtower:\n    image: containrrr/watchtower:1.7.1\n'

test('Watchtower in a profile, or told to monitor only, updates nothing; when it runs it does', () => {
  const off = `${WATCHTOWER}    profiles: [disabled]\n    environment: { WATCHTOWER_MONITOR_ONLY: 'true' }\n`
  assert.deepEqual(found('automation.image-updates', { 'compose.yaml': off }), [
    'Watchtower starts only with the profile disabled; WATCHTOWER_MONITOR_ONLY is on, so that it only tells of new images',
  ])
  assert.deepEqual(found('automation.image-updates', { 'compose.yaml': WATCHTOWER }), [])
})

test('an entry of Dependabot for docker does not update a Compose file', () => {
  const bot = (ecosystem: string, directory: string): Sample => ({
    ...COMPOSE,
    '.github/dependabot.yml': `version: 2\nupdates:\n  - package-ecosystem: ${ecosystem}\n    directory: ${directory}\n`,
  })
  assert.deepEqual(found('automation.image-updates', bot('docker', '/')), [
    '.github/dependabot.yml has no entry for docker-compose',
  ])
  assert.deepEqual(found('automation.image-updates', bot('docker-compose', '/deploy')), [
    '.github/dependabot.yml has an entry for docker-compose, for another directory',
  ])
  assert.deepEqual(found('automation.image-updates', bot('docker-compose', '/')), [])
})

test('Renovate counts for what it is not told to leave alone', () => {
  const renovate = (settings: string) =>
    found('automation.image-updates', { ...COMPOSE, 'renovate.json5': `{\n  // bot\n  ${settings}\n}\n` })
  assert.deepEqual(renovate("extends: ['config:recommended'],"), [])
  assert.deepEqual(renovate('enabledManagers: ["npm"],'), ['renovate.json5 leaves docker-compose out'])
  assert.deepEqual(renovate('packageRules: [{ matchManagers: ["docker-compose"], enabled: false }],'), [
    'renovate.json5 leaves docker-compose out',
  ])
  assert.deepEqual(
    renovate('packageRules: [{ matchManagers: ["docker-compose"], matchPackageNames: ["a"], enabled: false }],'),
    [],
  )
})

test('a scan that a script of a crontab runs counts, and is not asked for push', () => {
  const files = {
    ...COMPOSE,
    'scripts/scan.sh': '#!/bin/sh\ntrivy image --severity HIGH registry.example.org/shop/app:1.4.2\n',
  }
  assert.equal(found('automation.image-scan', files).length, 1)
  const scheduled = { ...files, crontab: '@weekly /srv/shop/scripts/scan.sh\n' }
  assert.deepEqual(found('automation.image-scan', scheduled), [])
  assert.deepEqual(found('automation.scan-on-push', scheduled), [])
})

test('a scan by the name of an npm script counts', () => {
  const list = '{ "scripts": { "audit:ci": "npm audit --omit=dev" }, "dependencies": { "a": "1" } }\n'
  assert.deepEqual(
    found('automation.dependency-scan', { 'package.json': list, ...workflow(['run: npm run audit:ci']) }),
    [],
  )
})

test('trivy-action scans what it is told to', () => {
  const steps = workflow(['uses: aquasecurity/trivy-action@0.28.0\n        with: { scan-type: fs }'])
  assert.equal(found('automation.image-scan', { ...COMPOSE, ...steps }).length, 1)
  assert.deepEqual(found('automation.dependency-scan', { ...PACKAGE, ...steps }), [])
})

test('a deployment on pull requests is none of what was merged', () => {
  const files = (on: string) => ({ ...PACKAGE, ...workflow(['run: kubectl apply -f k8s'], on) })
  assert.equal(found('automation.deploy-on-merge', files('pull_request')).length, 1)
  assert.equal(found('automation.deploy-on-merge', files('{ push: { branches: [feature] } }')).length, 1)
  assert.deepEqual(found('automation.deploy-on-merge', files('{ push: { branches: [master] } }')), [])
})

test('a run book that removes containers first is told; an update by down and up is not', () => {
  const book = (heading: string, lines: string) => ({ 'SECURITY.md': `# ${heading}\n\n\`\`\`sh\n${lines}\n\`\`\`\n` })
  assert.equal(found('automation.logs-lost', book('After a compromise', 'docker compose down')).length, 1)
  assert.deepEqual(
    found('automation.logs-lost', book('After a compromise', 'docker compose logs > x\ndocker compose down')),
    [],
  )
  assert.deepEqual(found('automation.logs-lost', book('Stop', 'docker compose down')), [])
  const update = { 'update.sh': 'docker compose down\ndocker compose up -d\ndocker compose logs --tail 50\n' }
  assert.deepEqual(found('automation.logs-lost', update), [])
})

test('the ways to put a user into the group docker', () => {
  const lines = [
    'sudo usermod -aG docker "$USER"',
    'usermod -a -G sudo,docker shop',
    'gpasswd -a shop docker',
    'adduser --quiet shop docker',
    'useradd --groups docker shop',
  ]
  for (const line of lines)
    assert.equal(found('automation.docker-group', { 'install.sh': `${line}\n` }).length, 1, line)
  for (const line of ['usermod -aG dockerless shop', 'groupadd docker', 'apt-get install docker'])
    assert.deepEqual(found('automation.docker-group', { 'install.sh': `${line}\n` }), [], line)
})

test('a reset in a document that is the same for everybody is told; one for one person is not', () => {
  const book = (line: string) => ({ 'SECURITY.md': `# Reset\n\n\`\`\`ruby\n${line}\n\`\`\`\n` })
  const all = 'User.update_all(reset_password_token: SecureRandom.hex)'
  assert.equal(found('automation.shared-reset', book(all)).length, 1)
  assert.equal(found('automation.shared-reset', book("UPDATE users SET reset_token = 'abc';")).length, 1)
  assert.deepEqual(found('automation.shared-reset', book("UPDATE users SET reset_token = 'abc' WHERE id = 4;")), [])
  assert.deepEqual(found('automation.shared-reset', book("User.find(4).update(reset_password_token: 'x')")), [])
})

test('of two reports on one image the newer one counts', () => {
  const hole = { VulnerabilityID: 'CVE-2024-1', PkgName: 'a', FixedVersion: '2', Severity: 'HIGH' }
  const files = (older: string, newer: string) => ({
    ...COMPOSE,
    'scans/trivy-1.json': trivyReport(hole, older),
    'scans/trivy-2.json': trivyReport({ ...hole, FixedVersion: '' }, newer),
  })
  assert.deepEqual(found('package.scan-findings', files('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z')), [])
  assert.deepEqual(found('package.scan-findings', files('2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z')), [
    'Trivy of loomio/loomio:3.0.20: 0 critical and 1 high with a fix: CVE-2024-1 (a fixed in 2)',
  ])
})
