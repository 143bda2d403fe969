import { matches } from '../../readers/host/lines.ts'
import type { Rule } from '../rule.ts'

export const logRotationLosesLines = {
  id: 'host.log-rotation-loses-lines',
  severity: 'medium',
  title: 'After the rotation the log is written to the old file',
  looksFor:
    'Blocks of logrotate without copytruncate and without a script that tells the writer to open the new file; certain where a command such as "docker compose logs -f > FILE" writes it.',
  why: 'The writer keeps the file that it opened. The new file stays empty, everything goes on into the one called ".1" until that is deleted, and whoever looks for an attack in the log finds nothing.',
  fix: 'Add "copytruncate" to the block, or send the logs to journald or syslog, which rotate by themselves.',
  bad: { 'etc/logrotate.d/app': '/var/log/app/docker.log {\n  daily\n  rotate 30\n  compress\n}\n' },
  good: { 'etc/logrotate.d/app': '/var/log/app/docker.log {\n  daily\n  rotate 30\n  compress\n  copytruncate\n}\n' },
  applies: ({ host }) => (host?.logrotate.length ?? 0) > 0,
  check({ host }, report) {
    for (const { at, paths, directives, tellsWriter } of host!.logrotate) {
      if (tellsWriter || directives.has('copytruncate') || directives.has('copy')) continue
      const writer = host!.logWriters.find(({ file }) => paths.some((path) => matches(path, file)))
      // Blocks that packages bring for writers that open the file anew for each line (apt, dpkg) are right as they are.
      if (writer === undefined && (host!.whole || !paths.some((path) => /docker|compose|container|app/.test(path))))
        continue
      const by = writer === undefined ? '' : `; ${writer.at.file} line ${writer.at.line} writes it by redirection`
      report({
        at,
        service: 'logrotate',
        observed: `${paths.join(' ')}: no copytruncate${by}`,
        expected: 'copytruncate, or a postrotate script',
      })
    }
  },
} satisfies Rule
