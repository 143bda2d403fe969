import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const insecureRegistry = {
  id: 'docker.insecure-registry',
  severity: 'medium',
  title: 'The engine fetches images without checking where they come from',
  looksFor: 'Registries for which the running engine asks for no valid certificate, other than this machine itself.',
  why: 'Whoever is on the way between can hand over an image of their own, and it runs.',
  fix: 'Give the registry a certificate and take it out of insecure-registries.',
  bad: { 'live-docker.json': '{"insecureRegistries": ["registry.example.org:5000"]}' },
  good: { 'live-docker.json': '{"insecureRegistries": []}' },
  applies: ({ liveDocker }) => liveDocker !== undefined,
  check({ liveDocker }, report) {
    const names = liveDocker!.insecureRegistries
    if (names.length > 0)
      report({ at: wholeFile('docker:engine'), observed: names.join(', '), expected: 'registries with a certificate' })
  },
} satisfies Rule
