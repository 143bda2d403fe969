import type { Rule } from '../rule.ts'

const LEAST_DAYS = 30
const DAYS: Readonly<Record<string, number>> = { hourly: 1 / 24, daily: 1, weekly: 7, monthly: 30, yearly: 365 }

export const logRotationShort = {
  id: 'host.log-rotation-short',
  severity: 'low',
  title: "The application's logs are kept for less than a month, or every user may read them",
  looksFor:
    'How long logrotate keeps logs of the web server and of the application (rotate × its interval), and the mode in "create".',
  why: 'A break-in is often noticed weeks later; then the days that show how it began are gone. Logs hold addresses and names of people.',
  fix: 'Set "daily", "rotate 30" and "create 0640 root adm".',
  bad: {
    'etc/logrotate.d/nginx':
      '/var/log/nginx/*.log {\n  daily\n  rotate 5\n  create 0644 root root\n  copytruncate\n}\n',
  },
  good: {
    'etc/logrotate.d/nginx':
      '/var/log/nginx/*.log {\n  daily\n  rotate 30\n  create 0640 root adm\n  copytruncate\n}\n',
  },
  applies: ({ host }) => (host?.logrotate.length ?? 0) > 0,
  check({ host }, report) {
    for (const { paths, directives } of host!.logrotate) {
      if (!paths.some((path) => /nginx|caddy|traefik|docker|app|auth\.log|castellan/.test(path))) continue
      const rotate = directives.get('rotate')
      const interval = Object.keys(DAYS).find((name) => directives.has(name))
      const days = interval === undefined ? undefined : Number(rotate?.value ?? 0) * DAYS[interval]!
      if (rotate !== undefined && days !== undefined && days < LEAST_DAYS)
        report({
          at: rotate.at,
          service: 'logrotate',
          observed: `${interval}, rotate ${rotate.value}`,
          expected: `at least ${LEAST_DAYS} days`,
        })
      const create = directives.get('create')
      const mode = Number.parseInt(create?.value ?? '', 8)
      if ((mode & 0o004) !== 0)
        report({ at: create!.at, service: 'logrotate', observed: `create ${create!.value}`, expected: 'create 0640' })
    }
  },
} satisfies Rule
