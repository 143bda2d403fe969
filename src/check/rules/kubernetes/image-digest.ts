import type { Rule } from '../rule.ts'
import { about, called, containers, hasWorkloads } from './objects.ts'
import { deployment } from './sample.ts'

const DIGEST = 'sha256:9b2c5f7d0a1e4b3c8d6f0a9e7c5b3d1f2e4a6c8b0d9f7e5c3a1b2d4f6e8c0a9b'

export const imageDigest = {
  id: 'kubernetes.image-digest',
  severity: 'low',
  title: 'An image is not fixed by its digest',
  looksFor: 'Images without @sha256:….',
  why: 'A tag can be moved by whoever has the registry account. A digest is the content itself.',
  fix: 'Write the digest behind the tag: name:1.4.2@sha256:….',
  bad: deployment('image: registry.example.org/shop/api:1.4.2'),
  good: deployment(`image: registry.example.org/shop/api:1.4.2@${DIGEST}`),
  applies: hasWorkloads,
  check(stack, report) {
    for (const { object, container } of containers(stack)) {
      if (container.image === undefined || container.image.value.digest !== undefined) continue
      report({
        ...about(object, container.image.at),
        observed: `${called(container)} runs ${container.image.value.text}`,
        expected: 'the same with its digest',
      })
    }
  },
} satisfies Rule
