import { endedImage } from '../../facts/end-of-life.ts'
import type { Rule } from '../rule.ts'
import { image } from './sample.ts'
import { about, hasImages, imageUses } from './uses.ts'

export const endOfLife = {
  id: 'image.end-of-life',
  severity: 'high',
  title: 'An image carries a version that gets no fixes any more',
  looksFor:
    'Versions of Node.js, Python, PHP, Ruby, PostgreSQL, MySQL, MariaDB, MongoDB, CouchDB, Redis, Elasticsearch, RabbitMQ, Traefik and Linux distributions that are past the last day of their support. Medium for a stage that only builds.',
  why: 'Holes that become known from now on stay open, and ways to use them are published.',
  fix: 'Go to a version with support. A database has to be moved by its own upgrade, so make a backup first.',
  bad: image('node:12.22-slim'),
  good: image('node:99.1-slim'),
  applies: hasImages,
  check(stack, report) {
    for (const use of imageUses(stack)) {
      const ended = endedImage(use.image.text, use.image.tag, stack.now)
      if (ended === undefined) continue
      report({
        ...about(use),
        severity: use.runs ? 'high' : 'medium',
        observed: `${use.user} uses ${use.image.text}: ${ended.product} ${ended.version} ended on ${ended.on}`,
        expected: 'a version that still gets fixes',
      })
    }
  },
} satisfies Rule
