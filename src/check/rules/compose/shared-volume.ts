import type { Mount } from '../../readers/compose/types.ts'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { profileData } from './data-places.ts'
import { relativesIn, type Use } from './overlap.ts'
import { project } from './sample.ts'
import { about, hasRole, isData, roleOf, servicesOf } from './services.ts'
import { socketMounts } from './socket.ts'

const sample = (proxy: string) =>
  project(`services:
  db:
    image: postgres:17.2
    volumes: ["./data/db:/var/lib/postgresql/data"]
  proxy:
    image: caddy:2.10.0
    volumes: ["${proxy}:/data"]
`)

export const sharedVolume = {
  id: 'compose.shared-volume',
  severity: 'medium',
  title: "A service sees another one's data through a shared volume",
  looksFor:
    'Volumes and folders, or a folder and one within it, that services of different kinds mount: a data service with anybody but a backup, and a proxy or tool with the application, when it can write there or sees data and keys. Static files that are shared read-only are let pass.',
  why: 'Whoever takes over the one service reads or changes the data of the other, past every password and network between them.',
  fix: 'Give each service a volume of its own; share only the folder that is needed, read-only (:ro).',
  bad: sample('./data'),
  good: sample('./caddy'),
  applies: (stack) => usesOf(stack).length > 0,
  check(stack, report) {
    const told = new Set<string>()
    const relatives = relativesIn(usesOf(stack))
    for (const use of usesOf(stack)) {
      for (const other of relatives(use)) {
        const key = `${use.service.name}\n${other.service.name}\n${use.mount.source}`
        if (told.has(key) || !isTrespass(stack, use, other)) continue
        told.add(key)
        report({
          ...about(use.service, use.mount.at),
          observed: `${use.service.name} has ${named(stack, use.mount)}${use.mount.readOnly ? ', read-only' : ''}, where ${other.service.name} keeps its data`,
          expected: 'a volume of its own for each of them',
        })
      }
    }
  },
} satisfies Rule

/** Files of the system and sockets are for other rules. */
const SYSTEM = /^\/(?:etc|proc|sys|dev|run|var\/run|usr|lib)(?:\/|$)|^\/$/

function usesOf(stack: Stack): readonly Use[] {
  return servicesOf(stack).flatMap((service) => {
    const sockets = socketMounts(service)
    const own = service.mounts.filter(
      (mount) =>
        mount.source !== '' &&
        !sockets.includes(mount) &&
        (mount.kind === 'volume' ||
          (mount.kind === 'bind' && (!SYSTEM.test(mount.source) || isWithin(mount.source, stack.folder)))),
    )
    return own.map((mount) => ({ service, mount }))
  })
}

/** Does the first service see what the second one keeps? Their mounts overlap. */
function isTrespass(stack: Stack, use: Use, owner: Use): boolean {
  if (use.service === owner.service || owner.mount.readOnly) return false
  if (hasRole(stack, use.service, 'backup')) return false
  if (isData(stack, owner.service)) return roleOf(stack, use.service) !== roleOf(stack, owner.service)
  if (!hasRole(stack, owner.service, 'app', 'worker')) return false
  const outer = hasRole(stack, use.service, 'proxy', 'tool') || isData(stack, use.service)
  const whole = isWithin(owner.mount.source, use.mount.source)
  if (!outer || !whole) return false
  return !use.mount.readOnly || use.mount.source !== owner.mount.source || keepsSecrets(stack, owner)
}

/** A database or keys of the profile lie in it. */
function keepsSecrets(stack: Stack, { service, mount }: Use): boolean {
  return profileData(stack, service).some(
    ({ kind, path }) => (kind === 'keys' || kind === 'database') && isWithin(path, mount.target),
  )
}

function named({ shown, folder }: Stack, { kind, source }: Mount): string {
  if (kind === 'volume') return `the volume ${source}`
  if (!isWithin(source, folder)) return source
  const short = source.slice(folder.length).replace(/^\//, '')
  return short === '' ? `the whole folder ${shown}` : `./${short}`
}
