import type { Rule } from '../rule.ts'

export const lockMissing = {
  id: 'package.lock-missing',
  severity: 'medium',
  title: 'Nothing fixes the exact versions of packages',
  looksFor:
    'Lists of packages (package.json, Gemfile, pyproject.toml, go.mod and their like) without a lock file beside them or above. A list for pip in which each line names one version is as good.',
  why: 'Every build may take other versions than the one that was tested, also one that was taken over by an attacker an hour ago, and a scanner has nothing to compare with.',
  fix: 'Let the package manager write its lock file, keep it in the repository, and install with the command that obeys it (npm ci, bundle install --frozen, poetry install --sync).',
  bad: { 'package.json': '{ "name": "api", "dependencies": { "express": "^4.19.2" } }\n' },
  good: {
    'package.json': '{ "name": "api", "dependencies": { "express": "^4.19.2" } }\n',
    'package-lock.json': '{ "name": "api", "lockfileVersion": 3, "packages": {} }\n',
  },
  applies: (stack) => stack.packages.some(({ needsPackages, lock }) => needsPackages && lock !== 'unusual'),
  check(stack, report) {
    for (const { needsPackages, lock, at, shown, ecosystem } of stack.packages) {
      if (!needsPackages || lock !== undefined) continue
      report({
        at,
        observed: `${shown} asks for packages of ${ecosystem}, and no lock file was found`,
        expected: 'a lock file in the same folder or above it',
      })
    }
  },
} satisfies Rule
