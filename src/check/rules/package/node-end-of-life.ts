import { endedVersion } from '../../facts/end-of-life.ts'
import type { NodeVersion } from '../../readers/package/types.ts'
import type { Rule } from '../rule.ts'
import { newestMajor } from './node-range.ts'

export const nodeEndOfLife = {
  id: 'package.node-end-of-life',
  severity: 'high',
  title: 'The version of Node.js gets no more fixes',
  looksFor:
    'Versions of Node.js past their last day in .nvmrc, .node-version, .tool-versions and in engines, devEngines and volta of package.json. A range counts by the newest version that it allows.',
  why: 'Holes that are found in Node.js, in its TLS and in its HTTP parser stay open for good, and everybody can read about them.',
  fix: 'Move to a version with long-term support: write its number into these files and into the Dockerfile, run the tests, and build anew.',
  bad: { '.nvmrc': '12\n', 'package.json': '{ "name": "api", "engines": { "node": "12.x" } }\n' },
  good: { '.nvmrc': '24\n', 'package.json': '{ "name": "api", "engines": { "node": ">=22" } }\n' },
  applies: (stack) => stack.packages.some(({ node }) => node.length > 0),
  check(stack, report) {
    for (const version of stack.packages.flatMap(({ node }) => node)) {
      const major = newestMajor(version.text)
      const ended = major === undefined ? undefined : endedVersion('Node.js', String(major), stack.now)
      if (ended === undefined) continue
      report({
        at: version.at,
        observed: `${named(version)}: Node.js ${major}, which ended on ${ended.on}`,
        expected: 'a version of Node.js with long-term support',
      })
    }
  },
} satisfies Rule

function named({ by, text }: NodeVersion): string {
  return `${by} says ${text.trim().slice(0, 40)}`
}
