import { insideService, isDataImage, isEverywhere, portOn } from '../../live/services.ts'
import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const extraPortPublished = {
  id: 'docker.extra-port-published',
  severity: 'medium',
  title: 'A container is published on all addresses beside the web ports',
  looksFor: 'Published ports other than 80 and 443 on all addresses.',
  why: 'It is a way past the proxy: past TLS, login, limits and the log.',
  fix: 'Publish on 127.0.0.1 and let the proxy reach it there, or put both on one network and publish nothing.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "ports": [{"hostAddress": "0.0.0.0", "published": 3000, "target": 3000, "protocol": "tcp"}]}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "ports": [{"hostAddress": "0.0.0.0", "published": 443, "target": 443, "protocol": "tcp"}]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      for (const { hostAddress, published, target, protocol } of container.ports) {
        if (published === 0 || published === 80 || published === 443 || !isEverywhere(hostAddress)) continue
        // Those have a rule of their own, which is more severe.
        if (
          isDataImage(container.image) ||
          insideService(target) !== undefined ||
          insideService(published) !== undefined
        )
          continue
        report({
          ...about(container),
          observed: `published on ${portOn(hostAddress, published)}/${protocol}`,
          expected: `127.0.0.1:${published}, or no published port`,
        })
      }
    }
  },
} satisfies Rule
