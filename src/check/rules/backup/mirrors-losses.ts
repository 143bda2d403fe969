import type { Rule } from '../rule.ts'
import { copiesOf, shownPath } from './copies.ts'
import { backupJobs } from './jobs.ts'
import { DUMP, RECIPIENT, script, stack } from './samples.ts'
import { GENERATIONS } from './words.ts'

const DUMPS = `${DUMP} | age -r ${RECIPIENT} -o /backups/shop.sql.age`

export const mirrorsLosses = {
  id: 'backup.mirrors-losses',
  severity: 'medium',
  title: 'What is deleted disappears from the backup, too',
  looksFor:
    'Copies of files by rsync --delete, rclone sync, aws s3 sync --delete and their like, without --backup-dir or --link-dest, where no tool keeps generations.',
  why: 'Files that somebody deletes or that a program encrypts are gone from the copy at its next run, mostly before anybody notices.',
  fix: 'Keep generations: restic or borg, rsync with --link-dest, rclone with --backup-dir, or a bucket with versions and a lock.',
  bad: stack('', script(DUMPS, 'rsync -a --delete /srv/shop/uploads/ backup@offsite.example.org:uploads-backup/')),
  good: stack('', script(DUMPS, 'restic -r sftp:backup@offsite.example.org:shop backup /srv/shop/uploads')),
  applies: (stack) => backupJobs(stack).length > 0,
  check(stack, report) {
    const jobs = backupJobs(stack)
    if (jobs.some(({ commands }) => commands.some(({ text }) => GENERATIONS.test(text)))) return
    for (const job of jobs) {
      for (const { mirrors, source, tool, at } of copiesOf(job)) {
        // A folder of dumps has generations in itself.
        if (!mirrors || /backups?\b|dumps?\b/i.test(source)) continue
        report({
          at,
          ...(job.service === undefined ? {} : { service: job.service }),
          observed: `${tool} makes the copy of ${shownPath(source)} like the original, deletions included`,
          expected: 'a tool that keeps generations',
        })
      }
    }
  },
} satisfies Rule
