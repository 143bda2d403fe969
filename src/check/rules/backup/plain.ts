import type { Stack } from '../../stack.ts'
import type { Observation, Rule } from '../rule.ts'
import { copiesOf, shownPath } from './copies.ts'
import { type BackupKey, encryptionOf, keysOf } from './encryption.ts'
import { type BackupJob, backupJobs } from './jobs.ts'
import { DUMP, RECIPIENT, script, stack } from './samples.ts'
import { makesBackup } from './words.ts'

export const plain = {
  id: 'backup.plain',
  severity: 'high',
  title: 'Backups are written without encryption',
  looksFor:
    'Backups that nothing encrypts, whose key is empty, and files that are sent to another machine as they are (rclone without a crypt remote, rsync, aws s3).',
  why: 'A backup holds everything: people, messages, password hashes, keys. Whoever gets at the disk, the bucket or a download reads all of it, past every other defence.',
  fix: `Encrypt before it is written or sent: restic or borg, or a pipe into \`age -r ${RECIPIENT.slice(0, 9)}…\` or gpg for a recipient whose private key lies elsewhere; for rclone a remote of the type crypt.`,
  bad: stack('', script(`${DUMP} > /backups/shop.sql`)),
  good: stack('', script(`${DUMP} | age -r ${RECIPIENT} -o /backups/shop.sql.age`)),
  ofAbsence: true,
  applies: (stack) => backupJobs(stack).length > 0,
  check(stack, report) {
    for (const job of backupJobs(stack)) {
      for (const { at, severity, observed, repair } of [...plainJob(stack, job), ...plainCopies(stack, job)]) {
        report({
          at,
          ...(job.service === undefined ? {} : { service: job.service }),
          ...(severity === undefined ? {} : { severity }),
          ...(repair === undefined ? {} : { repair }),
          observed,
          expected: 'encrypted before it is written or sent',
        })
      }
    }
  },
} satisfies Rule

type Fault = Pick<Observation, 'at' | 'severity' | 'observed' | 'repair'>

function plainJob(stack: Stack, job: BackupJob): readonly Fault[] {
  const empty = keysOf(stack, job).find(({ value }) => value === '')
  if (empty !== undefined) {
    const observed = `${empty.name} is empty, so that ${job.name} writes plain backups`
    return [{ at: empty.writtenAt, observed, ...newKey(stack, empty) }]
  }
  if (encryptionOf(stack, job) !== 'no') return []
  const command = job.commands.find(({ text, file }) => makesBackup(text, file))
  const image = job.image === undefined ? '' : ', and nothing is set that makes its image encrypt'
  const taken = isTakenOn(stack, job)
  return [
    {
      at: command?.at ?? job.at,
      ...(taken === undefined ? {} : { severity: 'medium' as const }),
      observed: `${job.name} writes plain backups${image}${taken === undefined ? '' : `; ${taken.name} takes them on and encrypts`}`,
    },
  ]
}

/** A key is made where an env file has the empty one. The name of a recipient can't be made up. */
function newKey(stack: Stack, { name, secret, writtenAt }: BackupKey): Pick<Observation, 'repair'> {
  const file = stack.env.find(({ shown, entries }) => {
    return shown === writtenAt.file && entries.some((entry) => entry.name === name)
  })
  if (file === undefined || !secret) return {}
  return { repair: { kind: 'env', file: file.path, name, value: { randomBytes: 32, form: 'hex' } } }
}

/** Another job that encrypts reads the folder that this one writes to: then the plain copy lies on this machine only. */
function isTakenOn(stack: Stack, job: BackupJob): BackupJob | undefined {
  const folders = job.mounts.flatMap(({ source }) => source.split('/').at(-1) ?? []).filter((name) => name.length > 3)
  return backupJobs(stack).find(
    (other) =>
      other !== job &&
      encryptionOf(stack, other) === 'yes' &&
      folders.some(
        (name) =>
          other.commands.some(({ text }) => text.includes(name)) ||
          other.mounts.some(({ source }) => source.split('/').at(-1) === name),
      ),
  )
}

/** What a job sends away as it is, though its dumps may be encrypted. */
function plainCopies(stack: Stack, job: BackupJob): readonly Fault[] {
  if (encryptionOf(stack, job) === 'no') return []
  return copiesOf(job)
    .filter(({ remote, encrypts, source }) => remote && !encrypts && !isOfBackups(source))
    .map(({ at, tool, source }) => ({
      at,
      observed: `${tool} sends ${shownPath(source)} to another place unencrypted`,
    }))
}

/** A folder or file of backups, which are encrypted where they are made. */
function isOfBackups(path: string): boolean {
  return /backup|dump|snapshot|archive|restic|borg|repo|\.(?:enc|age|gpg|asc|kopia)\b|^-$|^\$/i.test(path)
}
