import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const weakSecret = {
  id: 'docker.weak-secret',
  severity: 'high',
  title: 'A running container was given a weak secret',
  looksFor:
    'Values of variables whose names stand for secrets, as the container has them now. A value is judged and forgotten.',
  why: 'Placeholders and words are tried first by everybody. What runs can differ from the file that you read.',
  fix: 'Make a new one ("openssl rand -hex 32"), change it in the service itself, too, and recreate the container.',
  bad: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "environment": [{"name": "SECRET_KEY", "weakness": "only 6 characters"}]}]}',
  },
  good: {
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "environment": [{"name": "SECRET_KEY"}]}]}',
  },
  applies: hasContainers,
  check(stack, report) {
    for (const container of runningOf(stack)) {
      for (const { name, weakness } of container.environment) {
        if (weakness === undefined) continue
        const observation = {
          ...about(container),
          observed: `${name}: ${weakness}`,
          expected: '32 random characters or more',
        }
        // An optional secret that is left empty switches its function off, as a rule.
        report(weakness === 'it is empty' ? { ...observation, severity: 'low' } : observation)
      }
    }
  },
} satisfies Rule
