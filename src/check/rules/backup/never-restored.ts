import type { Stack } from '../../stack.ts'
import { baseName, commandFilesOf, runningCommands, stepsOf } from '../automation/running.ts'
import type { Rule } from '../rule.ts'
import { backupJobs } from './jobs.ts'
import { DUMP, RECIPIENT, script, stack } from './samples.ts'
import { RESTORES } from './words.ts'

const SCRIPT = script(`${DUMP} | age -r ${RECIPIENT} -o /backups/shop.sql.age`)

export const neverRestored = {
  id: 'backup.never-restored',
  severity: 'medium',
  title: 'No backup is ever restored for proof',
  looksFor:
    'Backups, and no script, job or workflow that restores one (pg_restore, psql from a file, restic restore or check --read-data, borg extract). A script that only a person starts is told as low.',
  why: 'Whether a backup can be restored shows when it is tried: dumps of zero bytes, keys that nobody has and folders that were forgotten are common, and found too late.',
  fix: 'Write a script that restores the newest backup into an empty database, counts some rows and starts the application on it. Let a timer run it every month.',
  bad: stack('', SCRIPT),
  good: stack('', {
    ...SCRIPT,
    'scripts/prove-restore.sh': '#!/bin/sh\nage -d -i /root/key /backups/shop.sql.age | psql -h scratch shop\n',
    'etc/cron.d/prove': '@monthly root /srv/shop/scripts/prove-restore.sh\n',
  }),
  applies: (stack) => backupJobs(stack).length > 0,
  check(stack, report) {
    const first = backupJobs(stack)[0]!
    const manual = restoringFile(stack)
    if (runningCommands(stack).some(({ text }) => RESTORES.test(text))) return
    report({
      at: first.at,
      ...(first.service === undefined ? {} : { service: first.service }),
      ...(manual === undefined
        ? { observed: `${first.name} makes backups, and nothing restores one` }
        : { severity: 'low', observed: `${manual} restores backups, and nothing starts it by itself` }),
      expected: 'a job that restores a backup from time to time and looks at the result',
    })
  },
} satisfies Rule

function restoringFile(stack: Stack): string | undefined {
  const file = commandFilesOf(stack, 'script', 'unit', 'crontab').find(
    ({ path, commands }) =>
      (/restor/i.test(baseName(path)) && commands.length > 0) ||
      commands.some(({ expanded }) => RESTORES.test(expanded)),
  )
  const step = stepsOf(stack).find(({ commands }) => commands.some(({ expanded }) => RESTORES.test(expanded)))
  return file?.shown ?? step?.at.file
}
