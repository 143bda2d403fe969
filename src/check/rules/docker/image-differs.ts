import type { Rule } from '../rule.ts'
import { hasContainers, runningOf, serviceOf } from './containers.ts'

export const imageDiffers = {
  id: 'docker.image-differs',
  severity: 'high',
  title: 'The running image is not the one that the Compose file pins',
  looksFor: 'The digests of the image of each running container against the digest in the Compose file.',
  why: 'The pin promises that only a known image runs. It does not hold: somebody started another one, or the container was never recreated.',
  fix: 'Run "docker compose up -d". If the file is wrong, pin the digest that was verified.',
  bad: {
    'compose.yaml':
      'services:\n  web:\n    image: example/web:1@sha256:1111111111111111111111111111111111111111111111111111111111111111\n',
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "imageId": "sha256:a", "compose": {"service": "web"}}], "images": [{"id": "sha256:a", "digests": ["example/web@sha256:2222222222222222222222222222222222222222222222222222222222222222"]}]}',
  },
  good: {
    'compose.yaml':
      'services:\n  web:\n    image: example/web:1@sha256:1111111111111111111111111111111111111111111111111111111111111111\n',
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "imageId": "sha256:a", "compose": {"service": "web"}}], "images": [{"id": "sha256:a", "digests": ["example/web@sha256:1111111111111111111111111111111111111111111111111111111111111111"]}]}',
  },
  applies: (stack) =>
    stack.compose?.services.some(({ image }) => image?.value.digest !== undefined) === true && hasContainers(stack),
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const service = serviceOf(stack, container)
      const pinned = service?.image?.value.digest
      const image = stack.liveDocker!.images.find(({ id }) => id === container.imageId)
      if (pinned === undefined || image === undefined) continue
      // Some engines name an image by the digest of its manifest.
      const digests = [...image.digests.map((digest) => digest.split('@')[1]!), image.id]
      if (digests.includes(pinned)) continue
      const observed = `it runs ${digests[0]!.slice(0, 19)}…`
      report({
        at: service!.image!.at,
        service: service!.name,
        observed,
        expected: `${pinned.slice(0, 19)}…, as this file says`,
      })
    }
  },
} satisfies Rule
