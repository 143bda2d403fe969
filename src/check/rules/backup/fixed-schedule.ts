import type { EnvironmentValue } from '../../readers/compose/types.ts'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import { commandFilesOf } from '../automation/running.ts'
import type { Rule } from '../rule.ts'
import { type BackupJob, backupJobs } from './jobs.ts'
import { stack } from './samples.ts'

const NAMES = /BACKUP\w*(?:SCHEDULE|CRON|INTERVAL|RETENTION|KEEP|DAYS)|(?:SCHEDULE|RETENTION)\w*BACKUP/
/** Only hands a variable on: that is no use of it. */
const HANDS_ON = /^(?:export\s|ENV\s|ARG\s|echo\s+["']?export\s)|\bprintenv\b|^\w+=["']?\$\{?\w+/

const SERVICE = '  backup:\n    build: ./backup\n    environment:\n      BACKUP_SCHEDULE: "0 3 * * *"\n'
const FILES = {
  'backup/Dockerfile': 'FROM debian:13.1-slim\nCOPY . /app\n',
  'backup/backup.sh': '#!/bin/sh\npg_dump shop > /backups/shop.sql\n',
}

export const fixedSchedule = {
  id: 'backup.fixed-schedule',
  severity: 'low',
  title: 'The times of the backup are fixed, whatever the setting says',
  looksFor:
    'Variables for the schedule or the retention of backups that a service is given, and that none of the scripts that it is built from uses, while its crontab has fixed times.',
  why: 'The operator believes that backups are made and kept as the setting says. They are not.',
  fix: 'Change the crontab and the script themselves, or let them use the variable; take the setting out until then.',
  bad: stack(SERVICE, { ...FILES, 'backup/crontab': '0 * * * * /app/backup.sh\n' }),
  good: stack(SERVICE, {
    ...FILES,
    'backup/entrypoint.sh': '#!/bin/sh\necho "$BACKUP_SCHEDULE /app/backup.sh" | crontab -\ncron -f\n',
  }),
  applies: (stack) => backupJobs(stack).some((job) => settingsOf(job).length > 0),
  check(stack, report) {
    for (const job of backupJobs(stack)) {
      const { commands, fixed } = ownCommands(stack, job)
      if (fixed === undefined) continue
      for (const { name, at } of settingsOf(job)) {
        const uses = commands.some((text) => text.includes(name) && !HANDS_ON.test(text))
        if (uses) continue
        report({
          at,
          service: job.service!,
          observed: `${name} is used by no script of ${job.name}; ${fixed} has fixed times`,
          expected: 'no setting that does nothing',
        })
      }
    }
  },
} satisfies Rule

function settingsOf({ service, image, environment }: BackupJob): readonly EnvironmentValue[] {
  return service === undefined || image !== undefined
    ? []
    : [...environment.values()].filter(({ name }) => NAMES.test(name))
}

/** The commands that a service is built from, as written, and the file with its fixed times. */
function ownCommands(stack: Stack, job: BackupJob): { commands: readonly string[]; fixed: string | undefined } {
  const context = stack.compose?.services.find(({ name }) => name === job.service)?.build?.value.context
  if (context === undefined) return { commands: [], fixed: undefined }
  const files = commandFilesOf(stack, 'script', 'crontab', 'build').filter(({ path }) => isWithin(path, context))
  const fixed = files.find(({ commands }) => commands.some(({ schedule }) => schedule !== undefined))
  return { commands: files.flatMap(({ commands }) => commands.map(({ text }) => text)), fixed: fixed?.shown }
}
