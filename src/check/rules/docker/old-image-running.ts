import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const oldImageRunning = {
  id: 'docker.old-image-running',
  severity: 'medium',
  title: 'A newer image was fetched, and the container still runs the old one',
  looksFor: 'The image of each running container against the one that its tag stands for now.',
  why: 'The update was downloaded and is not in force; the hole that it mends is still open.',
  fix: 'Run "docker compose up -d", which recreates the container from the new image.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "imageId": "sha256:a"}], "images": [{"id": "sha256:b", "tags": ["example/web:1"]}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "imageId": "sha256:b"}], "images": [{"id": "sha256:b", "tags": ["example/web:1"]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      if (container.image.includes('@') || container.image.startsWith('sha256:')) continue
      const tag = /:[^/]+$/.test(container.image) ? container.image : `${container.image}:latest`
      const now = stack.liveDocker!.images.find(
        ({ tags }) => tags.includes(tag) || tags.includes(tag.replace(/^docker\.io\/(library\/)?/, '')),
      )
      if (now === undefined || now.id === container.imageId) continue
      report({ ...about(container), observed: `${tag} stands for another image now`, expected: 'recreated from it' })
    }
  },
} satisfies Rule
