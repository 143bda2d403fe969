import { isLoopback } from '../../live/services.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const dockerApiOpen = {
  id: 'host.docker-api-open',
  severity: 'critical',
  title: "Docker's API can be reached over the network without a certificate",
  looksFor:
    'Hosts that begin with tcp:// in daemon.json without tlsverify, and a live engine that listens on port 2375.',
  why: 'Whoever reaches it starts a container with the disk of the host in it and owns the machine. Bots search the internet for this port.',
  fix: 'Leave only "unix:///var/run/docker.sock". From another machine use "docker -H ssh://…".',
  bad: { 'etc/docker/daemon.json': '{ "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2375"] }\n' },
  good: { 'etc/docker/daemon.json': '{ "hosts": ["unix:///var/run/docker.sock"] }\n' },
  applies: ({ host, liveHost }) => host?.daemon !== undefined || liveHost !== undefined,
  check({ host, liveHost }, report) {
    const expected = 'the Unix socket only, or tlsverify with client certificates'
    const hosts = host?.daemon?.values.get('hosts')
    const verified = host?.daemon?.values.get('tlsverify')?.value === true
    for (const address of Array.isArray(hosts?.value) && !verified ? hosts.value : []) {
      if (typeof address !== 'string' || !address.startsWith('tcp://')) continue
      const local = isLoopback(address.replace(/^tcp:\/\/|:\d+$/g, ''))
      const severity = local ? ('high' as const) : ('critical' as const)
      report({ at: hosts!.at, service: 'docker', observed: `${address} without tlsverify`, expected, severity })
    }
    for (const { port, address, process } of liveHost?.sockets ?? []) {
      if (port !== 2375 && !(process === 'dockerd' && port !== 2376)) continue
      if (process !== undefined && process !== 'dockerd') continue
      const severity = isLoopback(address) ? ('high' as const) : ('critical' as const)
      report({
        at: wholeFile('host:sockets'),
        service: 'docker',
        observed: `${process ?? 'something'} listens on ${address} port ${port}`,
        expected,
        severity,
      })
    }
  },
} satisfies Rule
