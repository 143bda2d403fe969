import { matchesGlob, repositoryOf } from '../../facts/glob.ts'
import { officialRegistry, repackagers } from '../../facts/publishers.ts'
import type { Profile, ProfileService } from '../../profile/profile.ts'
import { serviceFacts } from '../../profile/service.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { image } from './sample.ts'
import { about, hasImages, type ImageUse, imageUses } from './uses.ts'

export const foreign = {
  id: 'image.foreign',
  severity: 'medium',
  title: "An image is not the program's own",
  looksFor:
    'Images of the application, or of a service that is known, which come from another repository or registry than those of its makers. Well-known repackagers are let pass.',
  why: 'Somebody else decides what is in it, and when it gets fixes. Nobody notices when their account is taken over.',
  fix: 'Use the image of the makers; when something has to be added, build your own from it.',
  bad: image('wizmoisa/loomio:3.0.20', 'app'),
  good: image('loomio/loomio:3.0.20', 'app'),
  applies: hasImages,
  check(stack, report) {
    for (const use of imageUses(stack)) {
      const own = ownOf(stack, use)
      if (own === undefined) continue
      report({ ...about(use), observed: `${use.user} uses ${use.image.text}`, expected: own })
    }
  },
} satisfies Rule

/** The image that should be there in its place; undefined when it is the right one, or when it is not known. */
function ownOf({ profile }: Stack, { image: found, user, by }: ImageUse): string | undefined {
  const repository = repositoryOf(found.text)
  const registry = officialRegistry(repository)
  if (registry !== undefined) return registry === found.registry ? undefined : `${registry}/${repository}`
  if (repackagers.test(repository) || fits(ownPatterns(profile.images), repository)) return undefined
  const facts = serviceFacts(profile, by === 'compose' ? user : '', found.text)
  const own = facts === undefined ? [] : ownPatterns(facts.images)
  if (facts === undefined || own.length === 0 || fits(own, repository)) return undefined
  return isMeant(profile, facts, repository) ? own.join(' or ') : undefined
}

/** It has the name of a known program, or is told by the profile of the application to be one of it. */
function isMeant({ images, guide }: Profile, facts: ProfileService, repository: string): boolean {
  if (fits(facts.images, repository)) return true
  const last = (name: string) => name.split('/').at(-1)!
  if (ownPatterns(facts.images).some((pattern) => last(pattern) === last(repository))) return true
  return guide !== undefined && facts.role === 'app' && fits(images, repository)
}

// Patterns that say who made it: a star before the name stands for anybody.
function ownPatterns(patterns: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => !pattern.startsWith('*'))
}

function fits(patterns: readonly string[], repository: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, repository))
}
