import type { SecretFile } from '../../readers/secrets/types.ts'
import { wholeFile } from '../../text/place.ts'
import type { Rule, Severity } from '../rule.ts'

export const fileReadable = {
  id: 'secret.file-readable',
  severity: 'high',
  title: 'Other users of the machine can read a file of secrets',
  looksFor:
    'The modes of env files, keys, credentials and files of Compose secrets. Low when a folder above keeps others out.',
  why: 'Any service on the machine that is taken over, under whatever user, reads the passwords of this installation.',
  fix: 'Run chmod 600 on the file, and chmod 700 on the folder of the secrets. The user that the container runs as must own what it reads.',
  bad: { '.env!0644': 'ADMIN_TOKEN=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n' },
  good: { '.env!0600': 'ADMIN_TOKEN=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n' },
  applies: ({ secretFiles }) => secretFiles.some(({ holdsSecret, mode }) => holdsSecret && mode !== undefined),
  check(stack, report) {
    for (const file of stack.secretFiles) {
      const { mode, holdsSecret, shown, names } = file
      if (!holdsSecret || mode === undefined || (mode & 0o077) === 0) continue
      const whom = (mode & 0o007) === 0 ? 'its group' : 'every user'
      const also = names.length > 0 && !names.some((name) => shown.includes(name)) ? ` (${names.join(', ')})` : ''
      report({
        at: wholeFile(shown),
        severity: severityOf(file, mode),
        observed: `${shown}${also} has mode ${octal(mode)}: ${whom} may ${verbs(mode)} it${behind(file, mode)}`,
        expected: '0600',
      })
    }
  },
} satisfies Rule

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function verbs(mode: number): string {
  const reads = (mode & 0o044) !== 0
  const writes = (mode & 0o022) !== 0
  return reads && writes ? 'read and change' : writes ? 'change' : reads ? 'read' : 'run'
}

function severityOf({ reach }: SecretFile, mode: number): Severity {
  if (reach === 'owner' || (mode & 0o066) === 0) return 'low'
  // A group is small, and somebody put people into it.
  const others = (mode & 0o006) !== 0 && reach === 'others'
  return others ? 'high' : (mode & 0o060) !== 0 ? 'medium' : 'low'
}

function behind({ reach }: SecretFile, mode: number): string {
  if (reach === 'owner') return ', and only a folder above keeps others out'
  return reach === 'group' && (mode & 0o006) !== 0 ? ', and only a folder above keeps all but a group out' : ''
}
