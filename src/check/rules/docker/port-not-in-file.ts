import { isEverywhere, portOn } from '../../live/services.ts'
import type { Rule } from '../rule.ts'
import { hasContainers, runningOf, serviceOf } from './containers.ts'

export const portNotInFile = {
  id: 'docker.port-not-in-file',
  severity: 'high',
  title: 'A container is published more widely than its Compose file says',
  looksFor: 'Published addresses of the running container against those of the Compose file.',
  why: 'Somebody started it by hand, with another file, or before the file was mended. What you read is not what is open.',
  fix: 'Run "docker compose up -d" with the right files, which recreates the container.',
  bad: {
    'compose.yaml': 'services:\n  web:\n    image: example/web:1\n    ports: ["127.0.0.1:3000:3000"]\n',
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "compose": {"service": "web"}, "ports": [{"hostAddress": "0.0.0.0", "published": 3000, "target": 3000, "protocol": "tcp"}]}]}',
  },
  good: {
    'compose.yaml': 'services:\n  web:\n    image: example/web:1\n    ports: ["3000:3000"]\n',
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "compose": {"service": "web"}, "ports": [{"hostAddress": "0.0.0.0", "published": 3000, "target": 3000, "protocol": "tcp"}]}]}',
  },
  applies: (stack) => stack.compose !== undefined && hasContainers(stack),
  check(stack, report) {
    for (const container of runningOf(stack)) {
      const service = serviceOf(stack, container)
      for (const { hostAddress, published, target } of service === undefined ? [] : container.ports) {
        if (published === 0 || !isEverywhere(hostAddress)) continue
        const written = service!.ports.filter(({ target: [first, last] }) => first <= target && target <= last)
        if (written.some((port) => isEverywhere(port.hostAddress))) continue
        const expected = written.length === 0 ? 'not published at all' : `${written[0]!.hostAddress} only`
        const observation = { at: written[0]?.at ?? service!.at, service: service!.name }
        report({
          ...observation,
          observed: `it runs with ${portOn(hostAddress, published)}`,
          expected: `${expected}, as this file says`,
        })
      }
    }
  },
} satisfies Rule
