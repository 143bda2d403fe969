import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, hasServices, servicesOf } from './services.ts'

const NAMESPACES = {
  pid: 'sees and ends the processes of the host',
  ipc: 'reads memory that programs of the host share',
  userns_mode: 'is root of the host when it is root',
  uts: 'changes the name of the host',
  cgroup: 'sees and changes the limits of the host',
}

export const hostNamespace = {
  id: 'compose.host-namespace',
  severity: 'high',
  title: 'A container shares a namespace with the host',
  looksFor: 'Services with pid, ipc, userns_mode, uts or cgroup set to host.',
  why: 'One of the walls between container and host is gone: processes, shared memory or users are the same on both sides.',
  fix: 'Take the key out. What watches the host belongs on the host, not into a container.',
  bad: web('pid: host'),
  good: web('init: true'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      for (const [key, effect] of Object.entries(NAMESPACES)) {
        const tree = at(service.tree, key)
        if (tree === undefined || textOf(tree) !== 'host') continue
        report({
          ...about(service, tree.at),
          observed: `${service.name} has ${key}: host, so that it ${effect}`,
          expected: `no ${key}: host`,
        })
      }
    }
  },
} satisfies Rule
