import { floatingTag } from '../../text/image.ts'
import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

export const imageTag = {
  id: 'kubernetes.image-tag',
  severity: 'medium',
  title: 'An image can change without anybody changing the manifest',
  looksFor: 'Images without a tag, with latest, a branch or a major version only, and without a digest.',
  why: 'After a restart another program may run than the one that was tested, on one node and not on the other, and nobody can say which version had a hole.',
  fix: 'Name the version in full, better with its digest, and let a tool propose updates.',
  bad: deployment('image: registry.example.org/shop/api:latest'),
  good: deployment('image: registry.example.org/shop/api:1.4.2'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      if (container.image === undefined) continue
      const why = floatingTag(container.image.value)
      if (why === undefined) continue
      report({
        ...about(object, container.image.at),
        observed: `${called(container)} runs ${container.image.value.repository} with ${why}`,
        expected: 'a full version or a digest',
      })
    }
  },
} satisfies Rule
