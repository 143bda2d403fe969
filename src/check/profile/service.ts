import { matchesGlob, repositoryOf } from '../facts/glob.ts'
import type { Profile, ProfileService } from './profile.ts'

/**
 * What the facts say of a service of an installation. Its image tells more than its name, both together most; of equals
 * the first one counts, which is the application's own before the common one. Undefined when nothing is known.
 *
 * @param image as written or only its repository; undefined when the service is built here
 */
export function serviceFacts(profile: Profile, name: string, image: string | undefined): ProfileService | undefined {
  const ofProfile = known.get(profile) ?? new Map<string, ProfileService | undefined>()
  known.set(profile, ofProfile)
  const key = `${name}\n${image}`
  if (ofProfile.has(key)) return ofProfile.get(key)
  const found = search(profile, name, image)
  if (ofProfile.size >= MOST_KNOWN) ofProfile.clear()
  ofProfile.set(key, found)
  return found
}

/** Many rules ask the same of the same services, and installations are alike. */
const known = new WeakMap<Profile, Map<string, ProfileService | undefined>>()
const MOST_KNOWN = 10_000

function search(profile: Profile, name: string, image: string | undefined): ProfileService | undefined {
  const repository = image === undefined ? undefined : repositoryOf(image)
  let best: ProfileService | undefined
  let most = 0
  for (const service of profile.services) {
    const byImage = repository !== undefined && service.images.some((pattern) => matchesGlob(pattern, repository))
    const byName = service.names.some((pattern) => matchesGlob(pattern, name))
    const score = (byImage ? 2 : 0) + (byName ? 1 : 0)
    if (score > most) {
      most = score
      best = service
    }
  }
  return best
}
