import type { Container } from '../../readers/kubernetes/types.ts'
import type { Tree } from '../../text/tree.ts'
import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

const HANDLERS = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
] as const

/** Pod Security Standards, baseline since 1.34: Host Probes and Lifecycle Hooks. */
export const hostProbes = {
  id: 'kubernetes.host-probes',
  severity: 'medium',
  title: 'A health check asks another host than its own pod',
  looksFor: 'The field host in httpGet and tcpSocket of probes and life-cycle hooks.',
  why: 'The node itself sends these requests. With a host of their own they can be aimed at anything that the node reaches, its own services included.',
  fix: 'Take the field host out: the address of the pod is the default. For a virtual host, send a Host header with httpHeaders.',
  bad: deployment('livenessProbe:\n  httpGet: { host: 127.0.0.1, path: /healthcheck, port: 5000 }'),
  good: deployment('livenessProbe:\n  httpGet: { path: /healthcheck, port: 5000 }'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      for (const { name, tree } of hosts(container)) {
        report({
          ...about(object, tree.at),
          observed: `${name} of ${called(container)} asks ${textOf(tree)}`,
          expected: 'no host: its own pod is asked',
        })
      }
    }
  },
} satisfies Rule

function hosts({ tree }: Container): readonly { readonly name: string; readonly tree: Tree }[] {
  return HANDLERS.flatMap((path) =>
    ['httpGet', 'tcpSocket'].flatMap((action) => {
      const host = at(tree, ...path, action, 'host')
      return host !== undefined && textOf(host) ? [{ name: path.join('.'), tree: host }] : []
    }),
  )
}
