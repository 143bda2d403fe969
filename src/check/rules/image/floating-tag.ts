import { floatingTag as whyFloating } from '../../text/image.ts'
import type { Rule } from '../rule.ts'
import { image } from './sample.ts'
import { about, hasImages, imageUses } from './uses.ts'

export const floatingTag = {
  id: 'image.floating-tag',
  severity: 'medium',
  title: 'An image can change without anybody changing a file',
  looksFor:
    'Images without a tag, or with latest, stable, a branch or another word for a tag, and without a digest. Low when the tag names a major version only.',
  why: 'After the next pull another program runs than the one that was tried, nobody can say which version had a hole, and the way back is gone.',
  fix: 'Name the version in full, better with its digest, and let a tool propose updates.',
  bad: image('loomio/loomio:stable'),
  good: image('loomio/loomio:3.0.20'),
  applies: hasImages,
  check(stack, report) {
    for (const use of imageUses(stack)) {
      const why = whyFloating(use.image)
      if (why === undefined) continue
      report({
        ...about(use),
        severity: /^v?\d/i.test(use.image.tag ?? '') ? 'low' : 'medium',
        observed: `${use.user} uses ${use.image.text}: ${why}`,
        expected: 'a full version or a digest',
      })
    }
  },
} satisfies Rule
