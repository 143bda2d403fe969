import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

export const unqualifiedImage = {
  id: 'kubernetes.unqualified-image',
  severity: 'low',
  title: 'An image does not say where it comes from',
  looksFor: 'Images without the name of a registry.',
  why: 'The node’s settings decide where a short name leads. On a node with other settings it is somebody else’s image of the same name.',
  fix: 'Write the registry: docker.io/library/redis:7.4.1 in place of redis:7.4.1.',
  bad: deployment('image: redis:7.4.1'),
  good: deployment('image: docker.io/library/redis:7.4.1'),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      const image = container.image
      if (image === undefined || image.value.registry !== 'docker.io' || image.value.text.includes('docker.io/'))
        continue
      report({
        ...about(object, image.at),
        observed: `${called(container)} runs ${image.value.text}`,
        expected: `docker.io/${image.value.repository}, or the registry that is meant`,
      })
    }
  },
} satisfies Rule
