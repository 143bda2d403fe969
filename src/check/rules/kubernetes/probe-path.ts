import { serviceFacts } from '../../profile/service.ts'
import type { Container } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import type { Runner } from './objects.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

const probe = (path: string) =>
  deployment(`image: loomio/loomio:3.0.20\nlivenessProbe:\n  httpGet: { path: ${path}, port: 3000 }`)

export const probePath = {
  id: 'kubernetes.probe-path',
  severity: 'medium',
  title: 'A health check asks a path that is not there for it',
  looksFor: 'HTTP probes of services that the profile knows, with another path than their health check’s.',
  why: 'A path that answers an error restarts a healthy program for ever; one that answers anything at all never finds a sick one.',
  fix: 'Ask the path of the health check.',
  bad: probe('/api/v1/ping'),
  good: probe('/up'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const paths = healthPaths(stack, object, container)
      if (paths.length === 0) continue
      for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
        const asked = at(container.tree, name, 'httpGet')
        const path = textOf(at(asked, 'path')) ?? '/'
        if (asked === undefined || paths.includes(path.split('?', 1)[0]!)) continue
        report({
          ...about(object, at(asked, 'path')?.at ?? asked.at),
          observed: `${name} of ${called(container)} asks ${path}`,
          expected: paths.join(' or '),
        })
      }
    }
  },
} satisfies Rule

/** The paths that its service is known to answer for health; none when that is not known. */
function healthPaths({ profile }: Stack, { name }: Runner, { image }: Container): readonly string[] {
  const facts = serviceFacts(profile, '', image?.value.text) ?? serviceFacts(profile, name, undefined)
  if (facts?.health === undefined) return []
  return [...new Set([facts.health, ...(facts.role === 'app' ? (profile.paths.health ?? []) : [])])]
}
