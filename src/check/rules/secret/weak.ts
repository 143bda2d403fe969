import type { Rule } from '../rule.ts'
import { aboutSecret, judgedSecrets } from './judged.ts'
import { replaced } from './replace.ts'
import { hasSecrets } from './values.ts'

export const weakSecret = {
  id: 'secret.weak',
  severity: 'high',
  title: 'A secret was made up, not drawn at random',
  looksFor:
    'Secrets of words with a year or a sign behind them, repeats, sequences and rows of keys. A passphrase of words that were drawn by lot is not one of them.',
  why: 'Programs that guess know these forms; such a value falls within minutes, however long it is.',
  fix: 'Let a machine draw it: openssl rand -hex 32. Change the password of a database in the database first, then in the file.',
  bad: { '.env': 'ADMIN_TOKEN=MySecretPassword2024!\n' },
  good: { '.env': 'ADMIN_TOKEN=kettle-orchid-timber-walnut-fathom-ember\n' },
  applies: hasSecrets,
  check(stack, report) {
    for (const { secret, weakness } of judgedSecrets(stack)) {
      if (weakness?.kind !== 'weak' || secret.sample) continue
      report({
        ...aboutSecret(stack, secret),
        severity: secret.issued ? 'medium' : 'high',
        observed: `${secret.called}: ${weakness.phrase}`,
        expected: secret.issued ? 'the value that was given to you' : 'at least 32 random characters',
        ...replaced(stack, secret),
      })
    }
  },
} satisfies Rule
