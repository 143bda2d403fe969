import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'

export const userNamespaces = {
  id: 'docker.user-namespaces',
  severity: 'low',
  title: 'Root in a container is root of the host',
  looksFor: 'Whether the running engine maps user ids or runs rootless.',
  why: 'If a process gets out of its container as root, it is root outside, too.',
  fix: 'Set "userns-remap": "default" in /etc/docker/daemon.json and restart the engine, or run it rootless.',
  bad: { 'live-docker.json': '{"userNamespaces": false}' },
  good: { 'live-docker.json': '{"userNamespaces": true}' },
  applies: ({ liveDocker }) => liveDocker !== undefined,
  check({ liveDocker }, report) {
    if (liveDocker!.userNamespaces || liveDocker!.rootless) return
    report({ at: wholeFile('docker:engine'), observed: 'neither userns-remap nor rootless', expected: 'one of them' })
  },
} satisfies Rule
