import type { Rule } from '../rule.ts'
import { containersOf, hasContainers } from './containers.ts'

export const serviceNotRunning = {
  id: 'docker.service-not-running',
  severity: 'medium',
  title: 'A service of the Compose file does not run',
  looksFor: 'Services that the file always starts, of a stack of which others run.',
  why: 'What the file promises, such as a backup, a limit or a proxy, is not there.',
  fix: 'Run "docker compose up -d" and "docker compose ps".',
  bad: {
    'compose.yaml': 'services:\n  web:\n    image: example/web:1\n  backup:\n    image: example/backup:1\n',
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "compose": {"service": "web"}}, {"name": "backup", "image": "example/backup:1", "state": "exited", "exitCode": 1, "compose": {"service": "backup"}}]}',
  },
  good: {
    'compose.yaml': 'services:\n  web:\n    image: example/web:1\n  backup:\n    image: example/backup:1\n',
    'live-docker.json':
      '{"containers": [{"name": "web", "image": "example/web:1", "compose": {"service": "web"}}, {"name": "backup", "image": "example/backup:1", "state": "running", "exitCode": 0, "compose": {"service": "backup"}}]}',
  },
  applies: (stack) => stack.compose !== undefined && hasContainers(stack),
  check(stack, report) {
    const containers = containersOf(stack).filter(({ compose }) => compose !== undefined)
    if (!containers.some(({ state }) => state === 'running')) return
    for (const { name, at, profiles } of stack.compose!.services) {
      const own = containers.filter(({ compose }) => compose!.service === name)
      // One that ended well was a job.
      if (
        profiles.length > 0 ||
        own.some(({ state, exitCode }) => state === 'running' || (state === 'exited' && exitCode === 0))
      )
        continue
      const [first] = own
      const observed =
        first === undefined ? 'it has no container' : `its container is ${first.state}, exit code ${first.exitCode}`
      report({ at, service: name, observed, expected: 'it runs' })
    }
  },
} satisfies Rule
