import type { Rule } from '../rule.ts'

export const dockerFirewallOff = {
  id: 'host.docker-firewall-off',
  severity: 'medium',
  title: 'Docker sets no firewall rules',
  looksFor: '"iptables": false or "ip6tables": false in daemon.json.',
  why: 'It is often set to mend the hole in ufw. But then containers of different networks reach each other, internal networks are no longer cut off, and every client looks as if it came from the host.',
  fix: 'Take the line out. Publish ports on 127.0.0.1, or filter in the chain DOCKER-USER.',
  bad: { 'etc/docker/daemon.json': '{ "iptables": false }\n' },
  good: { 'etc/docker/daemon.json': '{ "live-restore": true }\n' },
  applies: ({ host }) => host?.daemon !== undefined,
  check({ host }, report) {
    for (const name of ['iptables', 'ip6tables']) {
      const set = host!.daemon!.values.get(name)
      if (set?.value === false)
        report({ at: set.at, service: 'docker', observed: `"${name}": false`, expected: 'true, which is the default' })
    }
  },
} satisfies Rule
