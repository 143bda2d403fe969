import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const dumpLeft = {
  id: 'host.dump-left',
  severity: 'medium',
  title: 'A copy of the database lies on the disk in plain text',
  looksFor: 'Files of the stack that are named like dumps of a database and are not encrypted.',
  why: 'A dump holds everything: people, messages, password hashes. Left over from a restore, it is also copied off the machine with the backups.',
  fix: 'Delete what is no longer needed. Let the backup encrypt before it writes.',
  bad: {
    'live-host.json': '{ "files": [{ "path": "/srv/app/backups/app-20240101.sql", "mode": 384, "kind": "dump" }] }',
  },
  good: { 'live-host.json': '{ "files": [] }' },
  applies: ({ liveHost }) => liveHost !== undefined,
  check({ liveHost }, report) {
    for (const { path, mode, kind } of liveHost!.files) {
      if (kind !== 'dump') continue
      const observation = {
        at: wholeFile(path),
        observed: `a plain dump, mode ${mode.toString(8).padStart(4, '0')}`,
        expected: 'encrypted dumps only',
      }
      report((mode & 0o004) === 0 ? observation : { ...observation, severity: 'high' })
    }
  },
} satisfies Rule
