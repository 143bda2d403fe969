import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

const DAY_MS = 86_400_000
const OLDEST_DAYS = 180

export const imageOld = {
  id: 'docker.image-old',
  severity: 'low',
  title: 'A running image was built more than half a year ago',
  looksFor: 'When the image of each running container was built.',
  why: 'Half a year of fixes in the base system is missing in it, whatever the version of the application is.',
  fix: 'Pull a newer build of the image, or one that is rebuilt regularly.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "imageId": "sha256:a"}], "images": [{"id": "sha256:a", "createdAt": 1577836800000}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "imageId": "sha256:a"}], "images": [{"id": "sha256:a", "createdAt": 4102444800000}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const created = stack.liveDocker!.images.find(({ id }) => id === container.imageId)?.createdAt ?? 0
      const days = Math.floor((stack.now - created) / DAY_MS)
      // Reproducible builds carry the date 1970 or 1980, which says nothing.
      if (created < Date.UTC(1981) || days <= OLDEST_DAYS) continue
      report({
        ...about(container),
        observed: `${container.image}: built ${days} days ago`,
        expected: `at most ${OLDEST_DAYS} days`,
      })
    }
  },
} satisfies Rule
