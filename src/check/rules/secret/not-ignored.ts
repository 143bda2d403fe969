import { dirname, join, relative } from 'node:path'
import type { TextRepair } from '../../fix/repair.ts'
import type { Stack } from '../../stack.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { shownFrom } from './shown.ts'

const files = (ignored: string) => ({
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/objects/info/packs': '\n',
  '.gitignore': ignored,
  '.env': 'ADMIN_TOKEN=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
})

export const notIgnored = {
  id: 'secret.not-ignored',
  severity: 'medium',
  title: 'Git would take a file of secrets in',
  looksFor:
    'Whether .gitignore covers .env, other env files, keys and files of Compose secrets, where there is a repository around them. .env counts before it is made, too.',
  why: 'The next "git add ." puts the secrets into the history, where they stay.',
  fix: 'Write the file, or the folder of the secrets, into .gitignore.',
  bad: files('node_modules/\n'),
  good: files('.env\n'),
  applies: ({ repository }) => repository !== undefined,
  check(stack, report) {
    const { repository } = stack
    if (repository === undefined) return
    for (const path of wanted(stack)) {
      if (repository.isIgnored(path) || repository.tracked?.has(path) === true) continue
      const shown = shownFrom(stack, path)
      report({
        at: wholeFile(shown),
        observed: `${shown} is not covered by .gitignore`,
        expected: `a line for it in .gitignore`,
        ...addLine(stack, path),
      })
    }
  },
} satisfies Rule

/** What is tracked already has a rule of its own. Keys that are not there can't be taken in. */
function wanted({ folder, compose, env, secretFiles }: Stack): ReadonlySet<string> {
  const usesEnv = (compose?.variables.size ?? 0) > 0 || env.length > 0
  const held = secretFiles.filter(({ holdsSecret, names }) => holdsSecret || names.length > 0).map(({ path }) => path)
  return new Set([...(usesEnv ? [join(folder, '.env')] : []), ...held])
}

/** At the end of the nearest list, if there is one. */
function addLine({ repository }: Stack, path: string): { repair?: TextRepair } {
  const list = repository?.ignoreFiles.at(-1)
  if (list === undefined) return {}
  const name = relative(dirname(list), path)
  // A text repair goes before a line; the first one is there in any file.
  return name.startsWith('..') ? {} : { repair: { kind: 'text', file: list, line: 1, remove: 0, insert: [`/${name}`] } }
}
