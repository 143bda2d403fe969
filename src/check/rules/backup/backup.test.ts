import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observed, stackOf } from '../../samples.fixture.ts'
import type { Observation, Sample } from '../rule.ts'
import { backupRules } from './index.ts'

function found(id: string, files: Sample): readonly Observation[] {
  const rule = backupRules.find((one) => one.id === `backup.${id}`)
  assert.ok(rule)
  return observed(rule, stackOf(files))
}

/** The backup of the Loomio stack: a service that is built here, with a key, a crontab and a copy to a drive. */
const LOOMIO: Sample = {
  'compose.yaml': `services:
  app:
    image: loomio/loomio:3.0.20
    volumes: [./uploads/storage:/loomio/storage]
  db:
    image: postgres:15-alpine
    tmpfs: [/var/lib/postgresql/data]
  backup:
    build: ./backup-service
    volumes: [./backups:/backups, ./uploads:/uploads]
    environment:
      BACKUP_ENCRYPTION_KEY: \${BACKUP_ENCRYPTION_KEY}
      BACKUP_SCHEDULE: \${BACKUP_SCHEDULE:-0 * * * *}
      GDRIVE_ENABLED: \${GDRIVE_ENABLED:-false}
`,
  '.env': 'BACKUP_ENCRYPTION_KEY=\n',
  'README.md': '# Restore\n\n```sh\n$ ./scripts/restore-db.sh\n```\n',
  'scripts/restore-db-manual.sh': '#!/bin/sh\npsql -f "$1"\n',
  'backup-service/Dockerfile': 'FROM python:3.11\nCOPY crontab /etc/cron.d/backup\n',
  'backup-service/crontab': '0 * * * * python /app/backup.py --type hourly\n',
  'backup-service/backup.py':
    'from cryptography.fernet import Fernet\nsalt = b"loomio-backup-salt"\nsubprocess.run(["pg_dump", "-F", "p"])\nFernet(key).encrypt(data)\n',
  'backup-service/upload-to-gdrive.sh':
    '#!/bin/bash\nrclone sync /backups gdrive:backups\nrclone sync /uploads gdrive:uploads\n',
  'backup-service/entrypoint.sh': '#!/bin/sh\nexport BACKUP_SCHEDULE="$BACKUP_SCHEDULE"\ncron -f\n',
}

test('an empty key means plain backups, and the place is the empty line', () => {
  const [first] = found('plain', LOOMIO)
  assert.equal(first?.at.file, '.env')
  assert.match(first?.observed ?? '', /^BACKUP_ENCRYPTION_KEY is empty/)
  const repair = first?.repair
  assert.ok(repair !== undefined && 'kind' in repair && repair.kind === 'env')
  assert.deepEqual([repair.name, repair.value], ['BACKUP_ENCRYPTION_KEY', { randomBytes: 32, form: 'hex' }])
})

test('uploads that rclone sends as they are are told, dumps that are encrypted before are not', () => {
  const withKey = { ...LOOMIO, '.env': 'BACKUP_ENCRYPTION_KEY=4f0c1d9a7b3e5f6089abcdef01234567\n' }
  assert.deepEqual(
    found('plain', withKey).map((one) => one.observed),
    ['rclone sends /uploads to another place unencrypted'],
  )
})

test('Fernet and a fixed salt are weak', () => {
  const texts = found('weak-encryption', LOOMIO).map((one) => one.observed)
  assert.equal(texts.length, 2)
  assert.match(texts.join(), /Fernet, which is AES with 128 bits/)
  assert.match(texts.join(), /same salt/)
})

test('a copy to another place counts only while its switch is on', () => {
  assert.match(found('same-disk', LOOMIO)[0]?.observed ?? '', /GDRIVE_ENABLED is off/)
  assert.deepEqual(found('same-disk', { ...LOOMIO, '.env': 'GDRIVE_ENABLED=true\n' }), [])
})

test('a script for restoring that the README names and that is not there is told, with the one that is', () => {
  const [first] = found('restore-missing', LOOMIO)
  assert.equal(first?.at.line, 4)
  assert.equal(first?.observed, 'scripts/restore-db.sh is named and not there; scripts/restore-db-manual.sh is there')
})

test('a schedule that is only handed on has no effect', () => {
  assert.match(found('fixed-schedule', LOOMIO)[0]?.observed ?? '', /^BACKUP_SCHEDULE is used by no script/)
})

test('deletions of uploads are mirrored; the folder of dumps has its generations', () => {
  assert.deepEqual(
    found('mirrors-losses', LOOMIO).map(({ at }) => `${at.file}:${at.line}`),
    ['backup-service/upload-to-gdrive.sh:3'],
  )
})

test('a mount that the scripts copy counts as a backup of what lies in it; settings are in none', () => {
  assert.deepEqual(
    found('incomplete', LOOMIO).map(({ observed: text, severity }) => [text.split(' ')[0], severity]),
    [['.env', 'medium']],
  )
})

const DATASPACE: Sample = {
  'compose.yaml': `services:
  database:
    image: postgres:15
    volumes: [./volume/DataSpace_db_data:/var/lib/postgresql/data]
    secrets: [db_password]
  pgbackups:
    image: prodrigestivill/postgres-backup-local
    volumes: [./volume/DataSpace_db_backup:/backups]
  api:
    image: ghcr.io/dataspaceswiss/api:1.2
    volumes: [./volume/DataSpace_data:/app/data]
    secrets: [encryption_key]
secrets:
  db_password: { file: ./secrets/db_password }
  encryption_key: { file: ./secrets/encryption_key }
`,
  'update.sh':
    '#!/bin/bash\ndocker compose run --rm pgbackups ./backup.sh\nrsync -a --delete volume/DataSpace_data/ volume_backup/DataSpace_data/\n',
}

test('the image that dumps to a folder is plain, on the same disk, and takes no keys', () => {
  assert.deepEqual(
    found('plain', DATASPACE).map(({ service }) => service),
    ['pgbackups', undefined],
  )
  assert.equal(found('same-disk', DATASPACE).length, 1)
  const texts = found('incomplete', DATASPACE).map((one) => one.observed.split(' ')[0])
  assert.deepEqual(texts, ['secrets/encryption_key', 'secrets'])
  assert.equal(found('mirrors-losses', DATASPACE)[0]?.at.line, 3)
})

test('a job that encrypts and sends what the image dumps makes it milder', () => {
  const files = {
    ...DATASPACE,
    'update.sh':
      '#!/bin/sh\nexport RESTIC_REPOSITORY=sftp:backup@offsite.example.org:dataspace\ncd /opt/dataspace\nrestic backup volume/DataSpace_db_backup volume/DataSpace_data secrets .env\n',
    'etc/cron.d/backup': '@daily root /opt/dataspace/update.sh\n',
  }
  assert.deepEqual(
    found('plain', files).map(({ severity }) => severity),
    ['medium'],
  )
  assert.deepEqual(found('same-disk', files), [])
  assert.deepEqual(found('incomplete', files), [])
  assert.deepEqual(found('missing', files), [])
})

test('what a command brings back or lists is no backup', () => {
  const files = {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:17.2\n    volumes: [data:/var/lib/postgresql/data]\nvolumes:\n  data:\n',
    'restore.sh': '#!/bin/sh\nrestic restore latest --target /\npg_restore -d shop /backups/shop.dump\n',
  }
  assert.match(found('missing', files)[0]?.observed ?? '', /^no service, script, crontab or timer/)
})

test('a copy of one file before it is changed is no backup of the data', () => {
  const files = {
    'compose.yaml':
      'services:\n  db:\n    image: postgres:17.2\n    volumes: [data:/var/lib/postgresql/data]\nvolumes:\n  data:\n',
    'install.sh': '#!/bin/sh\ncp .env .env.bak\ncp -r /etc/nginx /etc/nginx.backup\nscp scripts/backup.sh host:\n',
  }
  assert.equal(found('missing', files).length, 1)
  assert.deepEqual(found('plain', files), [])
})

test('a container whose script calls the one for restoring does it by itself, and one folder less is told', () => {
  const files = (folders: string): Sample => ({
    'compose.yaml': `services:
  db:
    image: postgres:17.2
    volumes: [data:/var/lib/postgresql/data]
  app:
    image: loomio/loomio:3.0.20
    volumes: [uploads:/loomio/storage]
  backup:
    build: ./backup
    command: [sh, /backup/every-night.sh]
    volumes: [uploads:/data/uploads:ro]
volumes:
  data:
  uploads:
`,
    'backup/Dockerfile': 'FROM alpine:3.22\nCOPY . /backup\n',
    'backup/every-night.sh': '#!/bin/sh\nsh /backup/backup.sh\nsh /backup/prove.sh\n',
    'backup/backup.sh': `#!/bin/sh\npg_dump -f /dump/shop.dump\nrestic backup /dump ${folders}\n`,
    'backup/prove.sh': '#!/bin/sh\nrestic restore latest --target /scratch\n',
  })
  assert.deepEqual(found('never-restored', files('/data')), [])
  assert.deepEqual(found('incomplete', files('/data')), [])
  assert.deepEqual(
    found('incomplete', files('')).map(({ service, severity }) => [service, severity]),
    [['app', undefined]],
  )
})

test('no value of a key is in what is said of it', () => {
  const key = '4f0c1d9a7b3e5f6089abcdef01234567'
  const files = { ...LOOMIO, '.env': `BACKUP_ENCRYPTION_KEY=${key}\n` }
  const [first] = found('key-beside', files)
  assert.match(first?.observed ?? '', /^BACKUP_ENCRYPTION_KEY, which opens the backups, is written in \.env/)
  const stack = stackOf(files)
  for (const rule of backupRules) assert.ok(!JSON.stringify(observed(rule, stack)).includes(key.slice(0, 8)))
})

test('a container that starts a script for restoring by itself counts, one that waits for a person does not', () => {
  const files = (profiles: string): Sample => ({
    'compose.yaml': `services:
  db:
    image: postgres:17
  backup:
    image: alpine:3.22
    entrypoint: [/bin/sh, /backup/every-night.sh]
    volumes: [./backup:/backup:ro]
${profiles}`,
    'backup/every-night.sh': '#!/bin/sh\nsh /backup/backup.sh\n[ "$(date +%u)" = 7 ] && sh /backup/prove.sh\n',
    'backup/backup.sh': '#!/bin/sh\npg_dump shop | restic backup --stdin\n',
    'backup/prove.sh': '#!/bin/sh\nrestic restore latest --target /scratch\n',
  })
  assert.deepEqual(found('never-restored', files('')), [])
  assert.match(found('never-restored', files('    profiles: [manual]\n'))[0]?.observed ?? '', /nothing starts it/)
})
