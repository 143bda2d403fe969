import { SHORTEST_SECRET } from '../../facts/weakness.ts'
import type { Stack } from '../../stack.ts'
import type { Rule, Severity } from '../rule.ts'
import { settingOf } from '../setting/known.ts'
import { aboutSecret, judgedSecrets } from './judged.ts'
import { replaced } from './replace.ts'
import { hasSecrets, type SecretValue } from './values.ts'

const GOOD = 32

export const shortSecret = {
  id: 'secret.short',
  severity: 'high',
  title: 'A secret is too short',
  looksFor:
    'Secrets of fewer than 16 characters (high) or 32 (medium), or of fewer than the application asks for. What another party made up, such as the password of a mail server, counts less.',
  why: 'Whoever gets hold of a hash, a signed cookie or a backup tries short values out on a machine of his own, billions a second.',
  fix: 'Make a longer one: openssl rand -hex 32. Change the password of a database in the database first, then in the file.',
  bad: { '.env': 'ADMIN_TOKEN=k3mF8pQz\n' },
  good: { '.env': 'ADMIN_TOKEN=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n' },
  applies: hasSecrets,
  check(stack, report) {
    for (const { secret, weakness } of judgedSecrets(stack)) {
      const { length } = secret.value
      const wanted = Math.max(GOOD, askedFor(stack, secret))
      if (secret.sample || length >= wanted || weakness?.kind === 'default' || isSwitch(secret.value)) continue
      report({
        ...aboutSecret(stack, secret),
        severity: severityOf(length, secret.issued),
        observed: `${secret.called}: ${length} characters`,
        expected: `at least ${wanted} random characters`,
        ...replaced(stack, secret),
      })
    }
  },
} satisfies Rule

function severityOf(length: number, issued: boolean): Severity {
  if (length < SHORTEST_SECRET) return issued ? 'medium' : 'high'
  return issued ? 'low' : 'medium'
}

/** `.{64,}` in the profile. */
function askedFor(stack: Stack, { name, written }: SecretValue): number {
  const safe = settingOf(stack, name)?.safe ?? settingOf(stack, written?.name ?? '')?.safe
  return Number(/^\.\{(\d+),\}$/.exec(safe ?? '')?.[1] ?? 0)
}

function isSwitch(value: string): boolean {
  return /^(0|1|true|false|yes|no|on|off)$/i.test(value)
}
