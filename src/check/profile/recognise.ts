import { matchesGlob, repositoryOf } from '../facts/glob.ts'
import { GENERIC_PROFILE, loadProfile, loadProfileHead, profileNames } from './load.ts'
import type { Profile } from './profile.ts'

/**
 * The profile of an installation (`--profile auto`). An image of the application decides; only when no profile knows an
 * image do names. More matches win; of equals the first in the alphabet. The generic profile when nothing matches.
 *
 * @param images as written, or their repositories
 * @param names of services, the project or Kubernetes objects
 */
export function recogniseProfile(images: readonly string[], names: readonly string[]): Profile {
  const repositories = images.map(repositoryOf)
  const heads = profileNames()
    .filter((name) => name !== GENERIC_PROFILE)
    .map(loadProfileHead)
  const byImage = most(heads.map((head) => ({ name: head.name, count: matches(head.images, repositories) })))
  const name = byImage ?? most(heads.map((head) => ({ name: head.name, count: matches(head.aliases, names) })))
  return loadProfile(name ?? GENERIC_PROFILE)
}

function matches(patterns: readonly string[], texts: readonly string[]): number {
  return texts.filter((text) => patterns.some((pattern) => matchesGlob(pattern, text))).length
}

function most(candidates: readonly { readonly name: string; readonly count: number }[]): string | undefined {
  let best: { readonly name: string; readonly count: number } | undefined
  for (const candidate of candidates) {
    if (candidate.count > (best?.count ?? 0)) best = candidate
  }
  return best?.name
}
