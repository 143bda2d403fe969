import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const secretReadable = {
  id: 'host.secret-readable',
  severity: 'high',
  title: 'Every user of the host can read a secret',
  looksFor:
    'The modes of environment files, private keys, secret files and registry credentials, with the folders above them.',
  why: 'Any service on the machine that is taken over reads the keys of all others. No further step is needed.',
  fix: 'Run "chmod 600" on the file, or "chmod 700" on its folder. A key that was readable for long should be replaced.',
  bad: { 'live-host.json': '{ "files": [{ "path": "/srv/app/.env", "mode": 420, "kind": "secret" }] }' },
  good: { 'live-host.json': '{ "files": [{ "path": "/srv/app/.env", "mode": 384, "kind": "secret" }] }' },
  applies: ({ liveHost }) => (liveHost?.files.length ?? 0) > 0,
  check({ liveHost }, report) {
    for (const { path, mode, kind } of liveHost!.files) {
      if (kind === 'dump' || (mode & 0o006) === 0) continue
      const written = (mode & 0o002) !== 0 ? ' and changed' : ''
      report({
        at: wholeFile(path),
        observed: `mode ${mode.toString(8).padStart(4, '0')}: can be read${written} by every user`,
        expected: '0600',
      })
    }
  },
} satisfies Rule
