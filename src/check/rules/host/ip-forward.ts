import type { Rule } from '../rule.ts'

export const ipForward = {
  id: 'host.ip-forward',
  severity: 'low',
  title: 'The host forwards packets between networks without need',
  looksFor: 'net.ipv4.ip_forward on a host on which nothing of Docker was found. With Docker it must be on.',
  why: 'A host that forwards can be used as a way around the borders between two networks.',
  fix: 'Set "net.ipv4.ip_forward = 0", unless the host is a router, a VPN server or runs containers.',
  bad: { 'etc/sysctl.conf': 'net.ipv4.ip_forward = 1\n' },
  good: { 'etc/sysctl.conf': 'net.ipv4.ip_forward = 1\n', 'etc/docker/daemon.json': '{}\n' },
  applies: ({ host }) => host?.sysctl.has('net.ipv4.ip_forward') === true,
  check({ host, compose, liveDocker, liveHost, kubernetes }, report) {
    const { value, at } = host!.sysctl.get('net.ipv4.ip_forward')!
    const containers =
      host!.daemon ??
      compose ??
      liveDocker ??
      liveHost?.dockerSocket ??
      kubernetes[0] ??
      host!.accounts.groups.get('docker')
    if (value !== '1' || containers !== undefined) return
    report({
      at,
      service: 'kernel',
      observed: 'net.ipv4.ip_forward = 1, and no containers',
      expected: 'net.ipv4.ip_forward = 0',
    })
  },
} satisfies Rule
