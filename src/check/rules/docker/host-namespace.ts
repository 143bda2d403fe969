import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const hostNamespace = {
  id: 'docker.host-namespace',
  severity: 'high',
  title: 'A running container shares a namespace with the host',
  looksFor: 'Containers on the network, the processes or the shared memory of the host.',
  why: 'With the processes of the host it sees their environments and can signal them; with its network it reaches everything that listens on 127.0.0.1, where services trust whoever comes.',
  fix: 'Take "pid: host", "ipc: host" and "network_mode: host" out.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "pidMode": "host"}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1"}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const expected = 'namespaces of its own'
      if (container.pidMode === 'host') report({ ...about(container), observed: 'the processes of the host', expected })
      if (container.ipcMode === 'host')
        report({ ...about(container), observed: 'the shared memory of the host', expected })
      if (container.networkMode === 'host')
        report({ ...about(container), severity: 'medium', observed: 'the network of the host', expected })
      if (container.userMode === 'host' && stack.liveDocker!.userNamespaces)
        report({
          ...about(container),
          severity: 'medium',
          observed: 'the user ids of the host, against the setting of the engine',
          expected,
        })
    }
  },
} satisfies Rule
