import type { Rule } from '../rule.ts'
import { PACKAGE } from './samples.ts'
import { packagesOf } from './subjects.ts'
import { botUpdates } from './update-bots.ts'

export const dependencyUpdates = {
  id: 'automation.dependency-updates',
  severity: 'medium',
  title: 'Nobody watches for new versions of packages',
  looksFor:
    'Package managers that are used, and that neither Dependabot has an entry for (with the right directory) nor Renovate looks after.',
  why: 'A fix is published and stays unnoticed. The longer packages wait, the harder the step to the version that has it.',
  fix: 'Add an entry for each package manager to .github/dependabot.yml, or a renovate.json.',
  bad: PACKAGE,
  good: {
    ...PACKAGE,
    '.github/dependabot.yml':
      'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n    schedule: { interval: weekly }\n',
  },
  applies: (stack) => packagesOf(stack).length > 0,
  check(stack, report) {
    const told = new Set<string>()
    for (const { ecosystem, folder, at, shown } of packagesOf(stack)) {
      const answer = botUpdates(stack, ecosystem, folder)
      if (answer === 'yes' || told.has(ecosystem)) continue
      told.add(ecosystem)
      report({
        at,
        observed: `packages of ${ecosystem} in ${shown}: ${answer ?? 'neither Dependabot nor Renovate is set up'}`,
        expected: `Dependabot or Renovate for ${ecosystem}`,
      })
    }
  },
} satisfies Rule
