import type { Rule } from '../rule.ts'
import { DIGEST, image } from './sample.ts'
import { about, hasImages, imageUses } from './uses.ts'

export const noDigest = {
  id: 'image.no-digest',
  severity: 'low',
  title: 'An image is not fixed by its digest',
  looksFor: 'Images without @sha256:….',
  why: 'Whoever has the account at the registry can move a tag, also one that looks like a version. A digest is the content itself.',
  fix: 'Write the digest behind the tag, as in name:1.4.2@sha256:…, and let a tool keep both up to date.',
  bad: image('postgres:17.2'),
  good: image(`postgres:17.2@${DIGEST}`),
  applies: hasImages,
  check(stack, report) {
    for (const use of imageUses(stack)) {
      if (use.image.digest !== undefined) continue
      report({
        ...about(use),
        observed: `${use.user} uses ${use.image.text} without a digest`,
        expected: `${use.image.text}@sha256:…`,
      })
    }
  },
} satisfies Rule
