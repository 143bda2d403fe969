import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Disk } from '../../disk.ts'
import { inFolder, told } from '../compose/folder.fixture.ts'
import { MAX_CHARACTERS } from './command-files.ts'
import { readAutomation } from './read.ts'
import { json5AsYaml } from './renovate.ts'
import type { Automation, CommandFile, Workflow } from './types.ts'

function read(files: Readonly<Record<string, string>>): { found: readonly Automation[]; problems: readonly string[] } {
  return inFolder(files, (folder, disk) => ({ found: readAutomation(disk, folder), problems: told(disk) }))
}

function commands(files: Readonly<Record<string, string>>) {
  const { found, problems } = read(files)
  assert.deepEqual(problems, [])
  return (found[0] as CommandFile).commands
}

test('commands of a script: continued lines are one, comments are none, its own variables are put in', () => {
  const script =
    '#!/bin/sh\n# pg_dump is called below\nDIR="/srv/${NAME:-shop}"\n\npg_dump \\\n  shop > $DIR/x.sql # done\n'
  const [, second] = commands({ 'backup.sh': script })
  assert.equal(second?.text, 'pg_dump shop > $DIR/x.sql')
  assert.equal(second?.expanded, 'pg_dump shop > /srv/shop/x.sql')
  assert.deepEqual(second?.at, { file: 'backup.sh', line: 5, column: 1 })
})

test('a crontab tells when its commands start', () => {
  const lines = commands({
    'etc/cron.d/app': 'MAILTO=root\n# every night\n15 3 * * 1-5 root /srv/backup.sh\n@daily root true\n',
  })
  assert.deepEqual(
    lines.map(({ schedule, text }) => [schedule, text]),
    [
      [undefined, 'MAILTO=root'],
      ['15 3 * * 1-5', 'root /srv/backup.sh'],
      ['@daily', 'root true'],
    ],
  )
})

test('a script that writes a line of a crontab gives it a schedule', () => {
  const [line] = commands({ 'entrypoint.sh': 'echo "0 * * * * root python /app/backup.py" > /etc/cron.d/backup\n' })
  assert.equal(line?.schedule, '0 * * * *')
})

test('a unit starts when the timer of its name says', () => {
  const [command] = commands({
    'systemd/backup.service': '[Service]\nType=oneshot\nExecStart=-/srv/shop/backup.sh --all\n',
    'systemd/backup.timer': '[Timer]\nOnCalendar=*-*-* 03:00\n',
  })
  assert.equal(command?.text, '/srv/shop/backup.sh --all')
  assert.equal(command?.schedule, '*-*-* 03:00')
})

test('of a document its code counts, with the heading above it', () => {
  const text =
    '# Shop\n\nNever run docker scan.\n\n## Stop\n\nUse `docker compose stop`:\n\n```sh\n$ docker compose down # all\n```\n'
  assert.deepEqual(
    commands({ 'README.md': text }).map(({ text: command, section, at }) => [command, section, at.line]),
    [
      ['docker compose stop', 'Stop', 7],
      ['docker compose down', 'Stop', 10],
    ],
  )
})

test('a called workflow runs on the events of its callers', () => {
  const { found, problems } = read({
    '.github/workflows/ci.yml': 'on: [push, pull_request]\njobs:\n  scan:\n    uses: ./.github/workflows/scan.yml\n',
    '.github/workflows/scan.yml': 'on: workflow_call\njobs:\n  a:\n    steps:\n      - run: npm audit\n',
  })
  assert.deepEqual(problems, [])
  const scan = found.find(({ shown }) => shown.endsWith('scan.yml')) as Workflow
  assert.deepEqual([...scan.steps[0]!.events].sort(), ['pull_request', 'push', 'workflow_call'])
  assert.equal(scan.steps[0]!.at.line, 5)
})

test('a job of GitLab runs on what its rules name, and on everything without rules', () => {
  const { found } = read({
    '.gitlab-ci.yml':
      'include:\n  - template: Security/Container-Scanning.gitlab-ci.yml\ntest:\n  script: [npm ci, npm test]\nscan:\n  script: npm audit\n  artifacts: { paths: [audit.json] }\n  rules:\n    - if: $CI_PIPELINE_SOURCE == "schedule"\n',
  })
  const { steps } = found[0] as Workflow
  assert.deepEqual(
    steps.map(({ job, events, keeps, commands: lines }) => [job, [...events].length, keeps, lines.length]),
    [
      ['Security/Container-Scanning.gitlab-ci.yml', 4, true, 0],
      ['test', 4, false, 2],
      ['scan', 1, true, 1],
    ],
  )
})

test('the CI files at the root of the repository belong to an installation within it; other files of it do not', () => {
  const files = { 'deploy/compose.yaml': 'services: {}\n' }
  inFolder(files, (root) => {
    mkdirSync(join(root, '.git'))
    mkdirSync(join(root, '.github', 'workflows'), { recursive: true })
    writeFileSync(join(root, '.github', 'workflows', 'ci.yml'), 'on: push\njobs: {}\n')
    writeFileSync(
      join(root, '.github', 'dependabot.yml'),
      'updates:\n  - { package-ecosystem: npm, directory: /app }\n',
    )
    writeFileSync(join(root, 'backup.sh'), 'pg_dump shop\n')
    const found = readAutomation(new Disk(root), join(root, 'deploy'))
    assert.deepEqual(
      found.map(({ shown }) => shown),
      ['.github/dependabot.yml', '.github/workflows/ci.yml'],
    )
    const [bot] = found
    assert.ok(bot?.kind === 'update-bot')
    assert.deepEqual(bot.entries[0]?.folders, [join(root, 'app')])
  })
})

test('a folder with a Compose file of its own is another installation', () => {
  const { found } = read({
    'compose.yaml': '',
    'other/compose.yaml': '',
    'other/backup.sh': 'pg_dump\n',
    'backup.sh': 'true\n',
  })
  assert.deepEqual(
    found.map(({ shown }) => shown),
    ['backup.sh'],
  )
})

test('JSON5 keeps its lines, and comments in strings stay', () => {
  const text =
    "{\n  // none\n  extends: ['config:base'], /* two\n lines */ url:\"http://x/\",\n  a: 'it\\'s // all',\n}\n"
  const yaml = json5AsYaml(text)
  assert.equal(yaml.split('\n').length, text.split('\n').length)
  assert.match(yaml, /url: "http:\/\/x\/"/)
  assert.match(yaml, /a: 'it''s \/\/ all'/)
  assert.doesNotMatch(yaml, /none|two/)
})

test('what can not be read is told with its line, and the rest is read', () => {
  const { found, problems } = read({
    '.github/workflows/broken.yml': 'on: push\njobs: [\n',
    'renovate.json': '[]\n',
    'large.sh': 'x'.repeat(MAX_CHARACTERS + 1),
    'backup.sh': 'pg_dump\n',
  })
  assert.ok(found.some(({ shown }) => shown === 'backup.sh'))
  assert.ok(problems.some((one) => /^\.github\/workflows\/broken\.yml:[23]:/.test(one)))
  assert.ok(problems.some((one) => /^renovate\.json:1:1 this must be a mapping/.test(one)))
  assert.ok(problems.some((one) => /^large\.sh:0:0 \d+ characters/.test(one)))
})

test('half a megabyte of what fits many patterns halfway is read and looked through in less than five seconds', () => {
  const started = performance.now()
  read({ 'backup.sh': `${'$A=${A:-"'.repeat(100)}\n`.repeat(500), 'renovate.json5': '/*'.repeat(200_000) })
  assert.ok(performance.now() - started < 5_000)
})
