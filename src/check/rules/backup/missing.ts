import { mainPlace } from '../automation/subjects.ts'
import type { Rule } from '../rule.ts'
import { databasesOf, hasData } from './data.ts'
import { backupJobs } from './jobs.ts'
import { DUMP, script, stack } from './samples.ts'

export const missing = {
  id: 'backup.missing',
  severity: 'high',
  title: 'Nothing makes a backup',
  looksFor:
    'Data that can not be made again, and no service, script, crontab, timer or object of a cluster that makes a backup of it. A script that nothing starts counts as half.',
  why: 'A broken disk, a wrong command or an intruder who encrypts everything takes all of it, for good.',
  fix: 'Set up a backup that dumps the database, takes files and keys along, encrypts, and sends the result to another place: restic or borg with a dump before it, started by cron or a timer.',
  bad: stack(),
  good: stack('', script(`${DUMP} | age -r age1example -o /backups/shop.sql.age`)),
  applies: hasData,
  check(stack, report) {
    const jobs = backupJobs(stack)
    const first = jobs[0]
    if (first === undefined) {
      const [database] = databasesOf(stack)
      report({
        at: database?.at ?? mainPlace(stack),
        ...(database === undefined ? {} : { service: database.name }),
        observed: 'no service, script, crontab or timer that makes a backup',
        expected: 'a backup that runs by itself',
      })
    } else if (!jobs.some(({ scheduled }) => scheduled)) {
      report({
        at: first.at,
        ...(first.service === undefined ? {} : { service: first.service }),
        severity: 'medium',
        title: 'Nothing starts the backup by itself',
        observed: `${first.name} makes a backup, and no crontab, timer or service that starts it was found`,
        expected: 'a crontab, a timer, or a service that is always on',
      })
    }
  },
} satisfies Rule
