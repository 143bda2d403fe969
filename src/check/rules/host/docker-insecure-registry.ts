import { isLoopback } from '../../live/services.ts'
import type { Rule } from '../rule.ts'

export const dockerInsecureRegistry = {
  id: 'host.docker-insecure-registry',
  severity: 'medium',
  title: 'Images are fetched without checking where they come from',
  looksFor: '"insecure-registries" in daemon.json, other than this machine itself.',
  why: 'Whoever is on the way between the host and that registry can hand over an image of their own, and it runs.',
  fix: 'Give the registry a certificate, put its CA into /etc/docker/certs.d/NAME/ca.crt, and take the entry out.',
  bad: { 'etc/docker/daemon.json': '{ "insecure-registries": ["registry.example.org:5000"] }\n' },
  good: { 'etc/docker/daemon.json': '{ "insecure-registries": ["127.0.0.1:5000"] }\n' },
  applies: ({ host }) => host?.daemon !== undefined,
  check({ host }, report) {
    const set = host!.daemon!.values.get('insecure-registries')
    const names = Array.isArray(set?.value)
      ? set.value.filter((name) => typeof name === 'string' && !isLoopback(name.replace(/:\d+$/, '')))
      : []
    if (names.length > 0)
      report({ at: set!.at, service: 'docker', observed: names.join(', '), expected: 'registries with a certificate' })
  },
} satisfies Rule
