import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { aboutSecret, judgedSecrets } from './judged.ts'
import { replaced } from './replace.ts'
import { hasSecrets, type SecretValue } from './values.ts'

const compose =
  'services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n'

export const defaultSecret = {
  id: 'secret.default',
  severity: 'critical',
  title: 'A secret has the value that everybody knows',
  looksFor:
    'Placeholders, words that everybody tries first, and values of the sample file, behind names of secrets: in env files, in Compose files and in files of secrets. Values are judged and never shown.',
  why: 'Machines try these values on every server that they find, all day. Nothing else needs to be broken.',
  fix: 'Put a new random value there (openssl rand -hex 32). A database keeps its own copy: change the password in it first (for PostgreSQL: ALTER ROLE … PASSWORD), then in the file, then restart what uses it.',
  bad: { 'compose.yaml': compose, '.env': 'DB_PASSWORD=change-me\n' },
  good: { 'compose.yaml': compose, '.env': 'DB_PASSWORD=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n' },
  applies: hasSecrets,
  check(stack, report) {
    for (const { secret, weakness } of judgedSecrets(stack)) {
      const copied = secret.sample ? undefined : sampleWith(stack, secret)
      const phrase = weakness?.kind === 'default' ? weakness.phrase : copied
      if (phrase === undefined) continue
      const common = {
        ...aboutSecret(stack, secret),
        expected: secret.issued ? 'the value that was given to you' : 'at least 32 random characters',
        ...replaced(stack, secret),
      }
      if (secret.sample) {
        const title = 'A sample, which is meant to be copied, has a value that everybody knows'
        report({ ...common, severity: 'medium', title, observed: `${secret.called}: ${phrase}` })
      } else {
        // Nobody gets in here with a placeholder for a key of another party.
        const severity = secret.issued ? 'medium' : 'critical'
        report({ ...common, severity, observed: `${secret.called}: ${phrase}` })
      }
    }
  },
} satisfies Rule

/** The value was taken over from a sample, however good it looks. */
function sampleWith({ env }: Stack, { name, value }: SecretValue): string | undefined {
  const sample = env.find(
    ({ use, entries }) => use === 'example' && entries.some((entry) => entry.name === name && entry.value === value),
  )
  return sample === undefined ? undefined : `the same value as in ${sample.shown}, ${value.length} characters`
}
