import { insideService, isDataImage, isEverywhere, portOn } from '../../live/services.ts'
import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const insidePortPublished = {
  id: 'docker.inside-port-published',
  severity: 'high',
  title: 'A database or an administration page is published on all addresses',
  looksFor:
    'Published ports of containers with images of databases, caches, queues and models, and well-known ports of administration pages.',
  why: "The internet reaches it: Docker goes past ufw. The application's login, limits and logs are not on that way.",
  fix: 'Take "ports" out; containers reach each other without it. For yourself publish "127.0.0.1:8081:8080" and use an SSH tunnel.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "db", "image": "postgres:15", "ports": [{"hostAddress": "0.0.0.0", "published": 5432, "target": 5432, "protocol": "tcp"}]}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "db", "image": "postgres:15", "ports": [{"hostAddress": "127.0.0.1", "published": 5432, "target": 5432, "protocol": "tcp"}]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const found = container.ports.filter(({ hostAddress, published, target }) => {
        const inside =
          isDataImage(container.image) || insideService(target) !== undefined || insideService(published) !== undefined
        return published > 0 && isEverywhere(hostAddress) && inside
      })
      if (found.length === 0) continue
      const observed = `published on ${found.map(({ hostAddress, published }) => portOn(hostAddress, published)).join(' and ')}`
      report({ ...about(container), observed, expected: `127.0.0.1:${found[0]!.published}, or no published port` })
    }
  },
} satisfies Rule
