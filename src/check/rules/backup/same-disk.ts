import type { Rule } from '../rule.ts'
import { backupJobs } from './jobs.ts'
import { offSiteOf } from './off-site.ts'
import { DUMP, RECIPIENT, script, stack } from './samples.ts'

const LOCAL = `${DUMP} | age -r ${RECIPIENT} -o /backups/shop.sql.age`

export const sameDisk = {
  id: 'backup.same-disk',
  severity: 'high',
  title: 'All backups lie on the machine that they are for',
  looksFor:
    'Backups of which none is sent to another machine: no restic, borg or rclone to a remote, no rsync or scp to another host, no bucket; or the switch for it is off.',
  why: 'A broken disk, a fire, or an intruder with root takes the data and its backups together.',
  fix: 'Send a copy to another machine or to a bucket, with an account that can add but not delete, and keep several generations there.',
  bad: stack('', script(LOCAL)),
  good: stack('', script(LOCAL, 'rclone copy /backups offsite:shop')),
  ofAbsence: true,
  applies: (stack) => backupJobs(stack).length > 0,
  check(stack, report) {
    const jobs = backupJobs(stack)
    const states = jobs.map((job) => ({ job, state: offSiteOf(stack, job) }))
    if (states.some(({ state }) => state.known !== 'no')) return
    const { job, state } = states.find((one) => one.state.off !== undefined) ?? states[0]!
    report({
      at: job.at,
      ...(job.service === undefined ? {} : { service: job.service }),
      observed: `${jobs.map(({ name }) => name).join(', ')}: no copy goes to another machine${state.off === undefined ? '' : `, as ${state.off}`}`,
      expected: 'a copy on another machine or in a bucket',
    })
  },
} satisfies Rule
