import type { Rule } from '../rule.ts'
import { publishedEverywhere } from './published.ts'

const WEB = /nginx|caddy|traefik|apache|http|web|proxy/

export const fail2banMissesContainers = {
  id: 'host.fail2ban-misses-containers',
  severity: 'high',
  title: 'Bans of web clients do not reach the container that serves them',
  looksFor: 'Jails for a web server that ban in the chain INPUT, while the ports 80 or 443 are published by Docker.',
  why: 'Packets to a container pass the chains FORWARD and DOCKER-USER, never INPUT. The jail shows the address as banned, and it goes on unhindered.',
  fix: 'Set "chain = DOCKER-USER" in the jail, or let the proxy that serves the clients do the banning.',
  bad: {
    'compose.yaml': 'services:\n  proxy:\n    image: nginx:1\n    ports: ["443:443"]\n',
    'etc/fail2ban/jail.local': '[nginx-limit-req]\nenabled = true\n',
  },
  good: {
    'compose.yaml': 'services:\n  proxy:\n    image: nginx:1\n    ports: ["443:443"]\n',
    'etc/fail2ban/jail.local': '[nginx-limit-req]\nenabled = true\nchain = DOCKER-USER\n',
  },
  applies: ({ host, compose, liveDocker }) =>
    host?.fail2ban !== undefined && (compose !== undefined || liveDocker !== undefined),
  check(stack, report) {
    const web = publishedEverywhere(stack).find(({ port }) => port === 80 || port === 443)
    if (web === undefined) return
    for (const { name, enabled, values, at } of stack.host!.fail2ban!.jails) {
      const chain = values.get('chain')
      if (!enabled || !WEB.test(name) || /DOCKER|FORWARD/.test(`${chain?.value} ${values.get('banaction')?.value}`))
        continue
      const observed = `the jail ${name} bans in ${chain?.value.startsWith('<') === false ? chain.value : 'INPUT'}; ${web.service} is a container that publishes ${web.port}`
      report({ at: chain?.at ?? at, service: 'fail2ban', observed, expected: 'chain = DOCKER-USER' })
    }
  },
} satisfies Rule
