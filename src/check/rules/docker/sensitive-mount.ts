import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

const SENSITIVE = /^\/$|^\/(etc|root|boot|proc|sys|dev|home|var\/lib\/docker|var\/run|run|usr|lib)\/?$/

export const sensitiveMount = {
  id: 'docker.sensitive-mount',
  severity: 'high',
  title: 'A running container can change files of the host that rule over it',
  looksFor: 'Bind mounts of the whole disk, of /etc, /root, /proc, /sys, /dev, /boot and of the data of the engine.',
  why: 'Whoever takes the container over writes an account, a cron job or a key there and is root of the host. Read-only, it still reads all secrets.',
  fix: 'Mount the one file or folder that is needed, read-only.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "mounts": [{"kind": "bind", "source": "/etc", "target": "/host/etc", "readOnly": false}]}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "mounts": [{"kind": "bind", "source": "/etc/localtime", "target": "/etc/localtime", "readOnly": true}]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      for (const { kind, source, target, readOnly } of container.mounts) {
        if (kind !== 'bind' || !SENSITIVE.test(source)) continue
        const observation = {
          ...about(container),
          observed: `${source} at ${target}${readOnly ? ', read-only' : ''}`,
          expected: 'single files, read-only',
        }
        report(readOnly ? { ...observation, severity: 'medium' } : observation)
      }
    }
  },
} satisfies Rule
