import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const unhealthy = {
  id: 'docker.unhealthy',
  severity: 'medium',
  title: 'A running container says that it is not healthy',
  looksFor: 'The health that the engine keeps for each container.',
  why: 'It runs and does not work, or its check asks for something that does not exist. Either way nobody would notice a real failure.',
  fix: 'Read "docker inspect --format {{.State.Health}} NAME", then mend the service or the check.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "health": "unhealthy"}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "health": "healthy"}]}' },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack))
      if (container.health === 'unhealthy') report({ ...about(container), observed: 'unhealthy', expected: 'healthy' })
  },
} satisfies Rule
