import { knownImage } from '../../facts/known-images.ts'
import type { Dockerfile, Stage } from '../../readers/dockerfile/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { isRoot, userOf } from '../compose/root-user.ts'
import type { Rule } from '../rule.ts'

export const root = {
  id: 'image.root',
  severity: 'medium',
  title: 'A Dockerfile makes an image that runs as root',
  looksFor:
    'Dockerfiles whose last stage has no USER or ends as root, unless it begins with an image that is known to run as another user, or every service that is built from it sets user.',
  why: 'Everywhere this image runs, a hole in the program is a hole of root: all its files, and one step less to the host.',
  fix: 'Make a user and end with USER and its number, as in USER 1000. Give it the folders that it writes to before.',
  bad: { Dockerfile: 'FROM node:22.12-slim\nCMD ["server.js"]\n' },
  good: { Dockerfile: 'FROM node:22.12-slim\nUSER 1000\nCMD ["server.js"]\n' },
  applies: (stack) => stack.dockerfiles.length > 0,
  check(stack, report) {
    for (const dockerfile of stack.dockerfiles) {
      const fault = faultOf(dockerfile)
      if (fault === undefined || isOverruled(stack, dockerfile)) continue
      const [service, ...others] = dockerfile.services
      report({
        at: fault.at,
        ...(service === undefined || others.length > 0 ? {} : { service }),
        observed: `${dockerfile.shown} ${fault.text}`,
        expected: 'USER with a user above 0 at the end',
      })
    }
  },
} satisfies Rule

function faultOf({ final }: Dockerfile): { readonly at: Place; readonly text: string } | undefined {
  const user = userOf(final)
  if (user !== undefined && !isRoot(user)) return undefined
  if (user !== undefined) return { at: final.at, text: `ends as ${user}` }
  let base: Stage = final
  while (base.parent !== undefined) base = base.parent
  const known = base.image === undefined ? undefined : knownImage(base.image.value.text, base.image.value.tag)
  if (known?.user === 'other') return undefined
  // Its own entrypoint is what gives root up.
  const replaced = final.instructions.some(({ keyword }) => keyword === 'ENTRYPOINT')
  return known?.user === 'drops' && !replaced ? undefined : { at: final.at, text: 'never says USER' }
}

function isOverruled({ compose }: Stack, { services }: Dockerfile): boolean {
  const built = (compose?.services ?? []).filter(({ name }) => services.includes(name))
  return built.length > 0 && built.every(({ user }) => user !== undefined && user.value !== '' && !isRoot(user.value))
}
