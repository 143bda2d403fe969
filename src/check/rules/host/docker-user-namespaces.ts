import type { Rule } from '../rule.ts'

export const dockerUserNamespaces = {
  id: 'host.docker-user-namespaces',
  severity: 'low',
  title: 'Root in a container is root of the host',
  looksFor: '"userns-remap" in daemon.json. The running engine has a rule of its own.',
  why: 'If a process gets out of its container as root, it is root outside, too. With user namespaces it is a user without any rights.',
  fix: 'Set "userns-remap": "default" and restart the engine. Volumes change owner: try it on a copy first.',
  bad: { 'etc/docker/daemon.json': '{ "live-restore": true }\n' },
  good: { 'etc/docker/daemon.json': '{ "userns-remap": "default" }\n' },
  applies: ({ host }) => host?.daemon !== undefined,
  check({ host }, report) {
    const { values, at } = host!.daemon!
    const remap = values.get('userns-remap')
    if (remap !== undefined && remap.value !== '') return
    report({
      at: remap?.at ?? at,
      service: 'docker',
      observed: 'no userns-remap',
      expected: '"userns-remap": "default"',
    })
  },
} satisfies Rule
