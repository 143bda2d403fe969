import { isDataImage } from '../../live/services.ts'
import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const dataWayOut = {
  id: 'docker.data-way-out',
  severity: 'medium',
  title: 'A running database, cache or model has a way out to the internet',
  looksFor: 'Containers with such images on a network that is not internal.',
  why: 'Whoever takes it over sends the data out and fetches tools. These services need no internet.',
  fix: 'Put it on a network with "internal: true", and on no other.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "db", "image": "postgres:15", "networks": ["app"]}], "networks": [{"name": "app", "internal": false}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "db", "image": "postgres:15", "networks": ["app"]}], "networks": [{"name": "app", "internal": true}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    const open = new Set(
      stack
        .liveDocker!.networks.filter(({ internal, driver }) => !internal && driver !== 'null')
        .map(({ name }) => name),
    )
    for (const container of runningOf(stack)) {
      const ways = container.networks.filter((name) => open.has(name))
      if (!isDataImage(container.image) || ways.length === 0) continue
      report({
        ...about(container),
        observed: `on ${ways.join(', ')}, which lead out`,
        expected: 'internal networks only',
      })
    }
  },
} satisfies Rule
