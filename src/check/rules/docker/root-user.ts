import type { Rule } from '../rule.ts'
import { about, hasContainers, runningOf } from './containers.ts'

export const rootUser = {
  id: 'docker.root-user',
  severity: 'medium',
  title: 'A running container was started as root',
  looksFor: 'The user of each running container, as the engine knows it: from the Compose file or from the image.',
  why: 'A hole in the application then is a hole with the rights of root in the container: it changes programs, reads every mounted file, and is one step closer to the host.',
  fix: 'Set "user: 1000:1000" (and give it the volumes), or use an image that sets a user.',
  bad: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "user": ""}]}' },
  good: { 'live-docker.json': '{"containers": [{"name": "web", "image": "example/web:1", "user": "1000:1000"}]}' },
  applies: hasContainers,
  check(stack, report) {
    const { userNamespaces, rootless } = stack.liveDocker!
    for (const container of runningOf(stack)) {
      const user = container.user.split(':')[0]!
      if (user !== '' && user !== 'root' && !/^0+$/.test(user)) continue
      // Root of a namespace is nobody on the host.
      const mapped = (userNamespaces && container.userMode !== 'host') || rootless
      const observation = {
        ...about(container),
        observed: user === '' ? 'no user: root' : `user ${container.user}`,
        expected: 'a user other than root',
      }
      report(mapped ? { ...observation, severity: 'low' } : observation)
    }
  },
} satisfies Rule
