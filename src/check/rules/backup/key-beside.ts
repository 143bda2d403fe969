import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { keysOf } from './encryption.ts'
import { type BackupJob, backupJobs } from './jobs.ts'
import { offSiteOf } from './off-site.ts'
import { stack } from './samples.ts'

const SERVICE =
  '  backup:\n    image: offen/docker-volume-backup:v2.43.0\n    volumes: [db-data:/backup/db:ro, ./backups:/archive]\n    environment:\n'

export const keyBeside = {
  id: 'backup.key-beside',
  severity: 'medium',
  title: 'The key of the backups lies beside them',
  looksFor:
    'Backups that are kept on this machine, and whose key (not only the name of a recipient) is written in .env or in the Compose file of the same machine.',
  why: 'Whoever gets the machine reads the old backups, too, with what has been deleted since. And when the machine is lost the key is lost with it, and no copy elsewhere can be opened.',
  fix: 'Encrypt for a recipient (age, gpg): the machine then holds the public key only. Else keep the key in a second place, with somebody who does not need this machine to get at it.',
  bad: stack(`${SERVICE}      GPG_PASSPHRASE: correct-horse-battery-staple-4711\n`),
  good: stack(`${SERVICE}      AGE_PUBLIC_KEYS: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n`),
  applies: (stack) => backupJobs(stack).length > 0,
  check(stack, report) {
    for (const job of backupJobs(stack)) {
      if (!isKeptHere(stack, job)) continue
      for (const { name, value, writtenAt, secret } of keysOf(stack, job)) {
        if (!secret || value === undefined || value === '') continue
        report({
          at: writtenAt,
          ...(job.service === undefined ? {} : { service: job.service }),
          observed: `${name}, which opens the backups, is written in ${writtenAt.file} on the machine that keeps them`,
          expected: 'a recipient in its place, or the key kept elsewhere as well',
        })
      }
    }
  },
} satisfies Rule

/** No copy goes elsewhere, or a folder of this machine takes them first. */
function isKeptHere(stack: Stack, job: BackupJob): boolean {
  if (offSiteOf(stack, job).known === 'no') return true
  return job.mounts.some(({ kind, source, target, readOnly }) => {
    const isFolder = kind === 'bind' || kind === 'volume'
    return isFolder && !readOnly && /backup|archive|dump/i.test(`${source} ${target}`)
  })
}
