import type { DataPlace } from '../../profile/profile.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { factsOf, hasRole, imageFacts } from './services.ts'

/** What the profile knows of data in a service's container, by the name that the profile gives the service. */
export function profileData(stack: Stack, service: Service): readonly DataPlace[] {
  const { data } = stack.profile
  const names = factsOf(stack, service)?.names ?? []
  return data.filter(
    (place) => place.service !== undefined && (place.service === service.name || names.includes(place.service)),
  )
}

/** Places in the container that must outlive it, by the profile or by what is known of the image. */
export function dataPlaces(stack: Stack, service: Service): readonly Omit<DataPlace, 'service'>[] {
  const places = profileData(stack, service).filter(({ kind, path }) => kind !== 'cache' && path.startsWith('/'))
  const usual = hasRole(stack, service, 'database') ? imageFacts(stack, service)?.data : undefined
  const known =
    places.length > 0 || usual === undefined
      ? places
      : [{ what: 'The database', path: usual, kind: 'database' as const }]
  const moved = service.environment.get('PGDATA')?.value
  return known.map((place) =>
    place.kind === 'database' && moved?.startsWith('/') ? { ...place, path: moved.replace(/\/+$/, '') } : place,
  )
}
