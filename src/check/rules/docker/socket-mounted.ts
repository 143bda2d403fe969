import { isLoopback, isSocketProxyImage } from '../../live/services.ts'
import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const socketMounted = {
  id: 'docker.socket-mounted',
  severity: 'high',
  title: "A running container holds Docker's socket",
  looksFor: "Mounts of the engine's socket. A filter for that socket is let pass as long as it is not published.",
  why: 'Whoever takes this container over commands the engine and is root of the host. Mounting it read-only changes nothing: the file is, the API behind it is not.',
  fix: 'Put a filtering socket proxy in between, on an internal network, and permit only the requests that are needed.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "mounts": [{"kind": "bind", "source": "/var/run/docker.sock", "target": "/var/run/docker.sock", "readOnly": true}]}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "proxy", "image": "wollomatic/socket-proxy:1", "mounts": [{"kind": "bind", "source": "/var/run/docker.sock", "target": "/var/run/docker.sock", "readOnly": true}]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const mount = container.mounts.find(({ source }) => /(^|\/)(docker|containerd|podman|crio)\.sock$/.test(source))
      if (mount === undefined) continue
      const proxy = isSocketProxyImage(container.image)
      if (proxy && container.ports.every(({ hostAddress }) => isLoopback(hostAddress))) continue
      const observed = proxy
        ? `a socket proxy that is published on ${container.ports[0]!.hostAddress}`
        : `${mount.source} at ${mount.target}`
      const severity = proxy ? ('critical' as const) : ('high' as const)
      report({
        ...about(container),
        severity,
        observed,
        expected: 'only a socket proxy holds it, on an internal network',
      })
    }
  },
} satisfies Rule
