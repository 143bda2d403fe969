import type { Rule } from '../rule.ts'
import { service } from './sample.ts'
import { about, hasRole, hasServices, servicesOf } from './services.ts'
import { socketMounts } from './socket.ts'

const MOUNT = 'volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]'

export const dockerSocket = {
  id: 'compose.docker-socket',
  severity: 'critical',
  title: "A container holds the Docker engine's socket",
  looksFor:
    'Mounts of the socket of Docker, containerd, Podman or CRI-O, or of /run, into anything but a socket proxy.',
  why: 'Whoever takes this container over commands the engine and with it is root of the host. Mounting it read-only (:ro) changes nothing: the file is, the API behind it is not.',
  fix: 'Put a filtering socket proxy in between, on an internal network of its own, and permit only the requests that are needed.',
  bad: service('watchtower', `image: containrrr/watchtower:1.7.1\n${MOUNT}`),
  good: service('socket-proxy', `image: wollomatic/socket-proxy:1.10.0\n${MOUNT}`),
  applies: hasServices,
  check(stack, report) {
    for (const one of servicesOf(stack)) {
      if (hasRole(stack, one, 'socket-proxy')) continue
      for (const { source, target, readOnly, at } of socketMounts(one)) {
        report({
          ...about(one, at),
          observed: `${one.name} has ${source} at ${target}${readOnly ? '; read-only does not help' : ''}`,
          expected: 'only a socket proxy holds it',
        })
      }
    }
  },
} satisfies Rule
