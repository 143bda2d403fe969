import { sep } from 'node:path'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { shownFrom } from './shown.ts'

/** Enough for a work tree without a commit; `.git/index` is one name a line in samples. */
const repository = (...tracked: readonly string[]) => ({
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/objects/info/packs': '\n',
  '.git/index': `${tracked.join('\n')}\n`,
  '.env': 'ADMIN_TOKEN=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
})

export const trackedSecret = {
  id: 'secret.tracked',
  severity: 'critical',
  title: 'A file of secrets is in git',
  looksFor:
    'Env files, keys and files of secrets among the tracked files, and in all commits of all branches and tags that are there. Each is looked into; samples and placeholders do not count.',
  why: 'Everybody who ever gets the repository has the secrets, and taking the file out does not take it out of the history.',
  fix: 'Replace every secret in it, since it has to be taken for known. Then git rm --cached the file, name it in .gitignore, and take it out of the history (git filter-repo), which everybody who has a clone must know of.',
  bad: repository('.env', 'compose.yaml'),
  good: repository('compose.yaml'),
  applies: ({ repository }) => repository !== undefined,
  check(stack, report) {
    const { repository, secretFiles, folder } = stack
    if (repository === undefined) return
    const expected = 'a file that git leaves out'
    const told = new Set<string>()
    for (const { path, shown, holdsSecret } of secretFiles) {
      if (!holdsSecret || repository.tracked?.has(path) !== true) continue
      told.add(path)
      report({ at: wholeFile(shown), observed: `${shown} is tracked by git`, expected })
    }
    for (const { path, commit, holdsSecret } of repository.history.found) {
      if (holdsSecret === false || told.has(path) || !path.startsWith(`${folder}${sep}`)) continue
      const shown = shownFrom(stack, path)
      const unsure = holdsSecret === undefined ? ', and could not be looked into' : ''
      report({
        at: wholeFile(shown),
        ...(unsure === '' ? {} : { severity: 'medium' as const }),
        title: 'A file of secrets is in the history of git',
        observed: `${shown} is in commit ${commit}${unsure}`,
        expected,
      })
    }
    const { incomplete } = repository.history
    if (incomplete === undefined) return
    report({
      at: wholeFile(stack.shown),
      severity: 'info',
      title: 'Not all of the history of git was looked at',
      observed: `secrets can be in older commits: ${incomplete}`,
      expected: 'a search with a scanner such as gitleaks',
    })
  },
} satisfies Rule
