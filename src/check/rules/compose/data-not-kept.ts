import type { Mount, Service } from '../../readers/compose/types.ts'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { dataPlaces } from './data-places.ts'
import { shop } from './sample.ts'
import { about, servicesOf } from './services.ts'

/** Where images keep the program itself. A volume there is thrown away to get a new version. */
const PROGRAM = /^\/(?:app|src|code|opt\/[^/]+|srv\/[^/]+|usr\/src\/[^/]+|var\/www(?:\/html)?|home\/[^/]+\/app)\/?$/

export const dataNotKept = {
  id: 'compose.data-not-kept',
  severity: 'high',
  title: 'Data is lost with its container',
  looksFor:
    'Databases, uploads and keys, at the places that the profile or the image knows, that are on no volume, on a tmpfs, or in a named volume that holds the program as well.',
  why: 'An update makes a new container. What lies in the old one, or in a volume that has to be deleted for the new program to appear, is gone: data, sessions, or the identity that signs.',
  fix: 'Mount a volume, or a folder beside the Compose file, exactly there.',
  bad: shop({ db: '' }),
  good: shop({ db: 'volumes: ["db:/var/lib/postgresql/data"]', more: 'volumes:\n  db: {}\n' }),
  applies: (stack) => servicesOf(stack).some((service) => dataPlaces(stack, service).length > 0),
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      for (const { what, path } of dataPlaces(stack, service)) {
        const fault = faultOf(stack, service, path)
        if (fault === undefined) continue
        report({
          ...about(service, fault.mount?.at),
          observed: `${service.name}: ${path} (${what}) ${fault.text}`,
          expected: `a volume or folder mounted at ${path}`,
        })
      }
    }
  },
} satisfies Rule

interface Fault {
  readonly mount?: Mount
  readonly text: string
}

function faultOf({ compose }: Stack, service: Service, path: string): Fault | undefined {
  const mount = nearest(service, path)
  if (mount === undefined) {
    // Parts of it may be mounted one by one.
    const inner = service.mounts.some((one) => one.kind !== 'tmpfs' && isWithin(one.target, path))
    return inner ? undefined : { text: 'is on no volume' }
  }
  if (mount.kind === 'tmpfs') return { mount, text: 'is on a tmpfs' }
  if (isOldPostgres(service) && path === '/var/lib/postgresql/data' && mount.target.replace(/\/$/, '') !== path)
    return { mount, text: 'is on a volume without a name, which this image makes below the one that is mounted' }
  const named = mount.kind === 'volume' && compose?.volumes.get(mount.source)?.external !== true
  if (!named || mount.target === path || !PROGRAM.test(mount.target)) return undefined
  return {
    mount,
    text: `is in ${mount.source === '' ? 'a volume' : `the volume ${mount.source}`}, which holds the program as well`,
  }
}

function nearest({ mounts }: Service, path: string): Mount | undefined {
  const around = mounts.filter(({ target }) => isWithin(path, target === '/' ? target : target.replace(/\/+$/, '')))
  return around.sort((a, b) => b.target.length - a.target.length)[0]
}

/** Before version 18 the image declares a volume at the data folder itself. */
function isOldPostgres({ image }: Service): boolean {
  if (image === undefined || !/(?:^|\/)postgres$/.test(image.value.repository)) return false
  const major = /^(\d+)/.exec(image.value.tag ?? '')?.[1]
  return major !== undefined && Number(major) < 18
}
