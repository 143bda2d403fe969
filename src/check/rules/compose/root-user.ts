import type { Service } from '../../readers/compose/types.ts'
import type { Dockerfile, Stage } from '../../readers/dockerfile/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { web } from './sample.ts'
import { about, dockerfileOf, hasRole, hasServices, imageFacts, servicesOf } from './services.ts'

export const rootUser = {
  id: 'compose.root-user',
  severity: 'medium',
  title: 'A container runs as root',
  looksFor:
    'Services without user, or with user 0, of which neither a Dockerfile here nor what is known of the image says another one. Images that give root up before they serve are let pass. Low for a socket proxy, which needs a socket of root.',
  why: 'Root in a container is root of the host as soon as one wall gives way, and owns every file of its volumes already.',
  fix: 'Set user to a number above zero, or build the image with USER. Give its volumes to that user first.',
  bad: web(''),
  good: web('user: "1000:1000"'),
  applies: hasServices,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      const root = rootOf(stack, service)
      if (root === undefined) continue
      report({
        ...about(service, root.at),
        severity: hasRole(stack, service, 'socket-proxy') ? 'low' : 'medium',
        observed: root.observed,
        expected: 'a user other than root',
      })
    }
  },
} satisfies Rule

interface Root {
  readonly at: Place
  readonly observed: string
}

/** Why a container has to be taken for one of root; undefined when it isn't. */
function rootOf(stack: Stack, service: Service): Root | undefined {
  const { name, user, at } = service
  const known = imageFacts(stack, service)?.user
  if (user !== undefined && user.value !== '') {
    // An image that gives root up can do so only when it begins as root.
    return isRoot(user.value) && known !== 'drops'
      ? { at: user.at, observed: `${name} has user: ${user.value}` }
      : undefined
  }
  const dockerfile = dockerfileOf(stack, service)
  const own = dockerfile === undefined ? undefined : userOf(dockerfile.final)
  if (own !== undefined)
    return isRoot(own) ? { at, observed: `${name} has no user, and its Dockerfile ends as ${own}` } : undefined
  if (known === 'other' || known === 'drops') return undefined
  const where = known === 'root' ? 'its image stays root' : 'nothing says that its image has another one than root'
  return { at, observed: `${name} has no user, and ${where}` }
}

/** The last `USER` of a stage and those that it begins with; undefined when there is none. */
export function userOf(stage: Dockerfile['final']): string | undefined {
  for (let one: Stage | undefined = stage; one !== undefined; one = one.parent) {
    const last = one.instructions.findLast(({ keyword }) => keyword === 'USER')
    if (last?.words[0] !== undefined) return last.words[0].value.replace(/["']/g, '')
  }
  return undefined
}

export function isRoot(user: string): boolean {
  return /^(?:root|0+)(?::.*)?$/.test(user)
}
