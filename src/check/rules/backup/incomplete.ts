import type { Rule, Severity } from '../rule.ts'
import { isCovered } from './coverage.ts'
import { hasData, type KeptPlace, keptPlaces } from './data.ts'
import { backupJobs } from './jobs.ts'
import { DUMP, RECIPIENT, script } from './samples.ts'

const LOOMIO =
  'services:\n  app:\n    image: loomio/loomio:3.0.20\n    volumes: [./uploads:/loomio/storage]\n  db:\n    image: postgres:17.2\n    volumes: [db-data:/var/lib/postgresql/data]\nvolumes:\n  db-data:\n'
const DUMPS = `${DUMP} | age -r ${RECIPIENT} -o /backups/shop.sql.age`

export const incomplete = {
  id: 'backup.incomplete',
  severity: 'high',
  title: 'Data is in no backup',
  looksFor:
    'Places with data, as the profile of the application names them (databases, uploads, keys, settings), that no backup takes: neither a dump, nor a mount of a backup service, nor a path in a script. Only where there is a backup at all.',
  why: 'After a loss the database comes back and the uploads do not, or the key does not without which the rest can not be read.',
  fix: 'Add the folder or volume to the backup. Settings and keys too, encrypted for somebody else than this machine.',
  bad: { 'compose.yaml': LOOMIO, ...script(DUMPS) },
  good: { 'compose.yaml': LOOMIO, ...script(DUMPS, 'restic backup /srv/shop/uploads') },
  applies: (stack) => hasData(stack) && backupJobs(stack).length > 0,
  check(stack, report) {
    const jobs = backupJobs(stack)
    for (const place of keptPlaces(stack)) {
      if (isCovered(stack, jobs, place)) continue
      const severity = severityOf(place)
      report({
        at: place.at,
        ...(place.service === undefined ? {} : { service: place.service.name }),
        ...(severity === undefined ? {} : { severity }),
        observed: `${place.path} (${place.what}) is in no backup`,
        expected: 'a dump, a mount of the backup service, or its path in the script',
      })
    }
  },
} satisfies Rule

/** Settings can be written anew and certificates be asked for again, with some work. */
function severityOf({ kind, what }: KeptPlace): Severity | undefined {
  return kind === 'settings' || /^certificates/i.test(what) ? 'medium' : undefined
}
