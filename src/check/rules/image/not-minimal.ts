import { repositoryOf } from '../../facts/glob.ts'
import type { Rule } from '../rule.ts'
import { about, hasImages, imageUses } from './uses.ts'

/** Images that also come small, and the word of the tag that says so. Not databases: alpine sorts their texts otherwise. */
const SMALLER: ReadonlyMap<string, string> = new Map([
  ['node', 'slim'],
  ['python', 'slim'],
  ['ruby', 'slim'],
  ['perl', 'slim'],
  ['rust', 'slim'],
  ['debian', 'bookworm-slim'],
  ['php', 'alpine'],
  ['golang', 'alpine'],
  ['eclipse-temurin', 'alpine'],
  ['nginx', 'alpine-slim'],
  ['httpd', 'alpine'],
  ['memcached', 'alpine'],
  ['redis', 'alpine'],
  ['haproxy', 'alpine'],
])

export const notMinimal = {
  id: 'image.not-minimal',
  severity: 'low',
  title: 'An image carries a whole distribution',
  looksFor:
    'Images of runtimes and web servers in their full form where the same exists as slim, alpine or distroless. Stages that only build are left out, and databases.',
  why: 'Compilers, package managers and libraries that the program never uses bring holes of their own, and help whoever breaks in.',
  fix: 'Use the small variant, or copy the program into a distroless image in a last stage.',
  bad: { Dockerfile: 'FROM node:22.12\nUSER node\n' },
  good: { Dockerfile: 'FROM node:22.12 AS build\nFROM gcr.io/distroless/nodejs22-debian12:nonroot\n' },
  applies: hasImages,
  check(stack, report) {
    for (const use of imageUses(stack)) {
      const smaller = SMALLER.get(repositoryOf(use.image.text))
      if (smaller === undefined || !use.runs || /slim|alpine|distroless|chisel|minimal/.test(use.image.tag ?? ''))
        continue
      report({
        ...about(use),
        observed: `${use.user} uses ${use.image.text}, the full form`,
        expected: `its variant ${smaller}, or a distroless image`,
      })
    }
  },
} satisfies Rule
