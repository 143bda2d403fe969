import type { Rule } from '../rule.ts'

const ROTATES_BY_ITSELF: ReadonlySet<unknown> = new Set(['local', 'journald', 'syslog', 'none', 'fluentd', 'gelf'])

export const dockerLogUnbounded = {
  id: 'host.docker-log-unbounded',
  severity: 'low',
  title: 'Logs of containers grow until the disk is full',
  looksFor: 'A log driver that rotates, or "max-size" in "log-opts" of daemon.json.',
  why: 'The default driver never deletes anything. A chatty container, or an attacker who causes many lines, fills the disk, and the database stops.',
  fix: 'Set "log-driver": "local", or "log-opts": { "max-size": "20m", "max-file": "10" }, and recreate the containers.',
  bad: { 'etc/docker/daemon.json': '{ "log-driver": "json-file" }\n' },
  good: {
    'etc/docker/daemon.json': '{ "log-driver": "json-file", "log-opts": { "max-size": "20m", "max-file": "10" } }\n',
  },
  applies: ({ host }) => host?.daemon !== undefined,
  check({ host }, report) {
    const { values, at } = host!.daemon!
    const options = values.get('log-opts')?.value
    const bounded = typeof options === 'object' && options !== null && 'max-size' in options
    if (bounded || ROTATES_BY_ITSELF.has(values.get('log-driver')?.value)) return
    report({
      at: values.get('log-driver')?.at ?? at,
      service: 'docker',
      observed: 'json-file without max-size',
      expected: '"max-size" in "log-opts", or the driver local',
    })
  },
} satisfies Rule
