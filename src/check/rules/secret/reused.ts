import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { aboutSecret, judgedSecrets } from './judged.ts'
import { replaced } from './replace.ts'
import { thingsOf } from './things.ts'
import { hasSecrets, type SecretValue } from './values.ts'

const SAME = '6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b'

export const reusedSecret = {
  id: 'secret.reused',
  severity: 'medium',
  title: 'One value stands for two secrets',
  looksFor:
    'The same value behind names of different things, such as the database and Redis. Two names for one thing, such as the password of a database for its server and for its client, are no fault.',
  why: 'Whoever learns it in one place, where it may be little worth, has the other one, too.',
  fix: 'Give each its own random value: openssl rand -hex 32.',
  bad: { '.env': `POSTGRES_PASSWORD=${SAME}\nREDIS_PASSWORD=${SAME}\n` },
  good: { '.env': `POSTGRES_PASSWORD=${SAME}\nREDIS_PASSWORD=0d9f8e7c6b6f1c0f9e5b7d4a3c8e2a1b\n` },
  applies: hasSecrets,
  check(stack, report) {
    for (const { secret } of judgedSecrets(stack)) {
      const things = thingsOf(secret)
      if (things.size < 2 || secret.sample) continue
      report({
        ...aboutSecret(stack, secret),
        observed: `${secret.called} is one value for the ${[...things].join(' and the ')}`,
        expected: 'a value of its own for each',
      })
    }
    for (const group of sameValues(stack)) {
      const last = group.at(-1)!
      if (new Set(group.flatMap((secret) => [...thingsOf(secret)])).size < 2 || group.length < 2) continue
      report({
        ...aboutSecret(stack, last),
        observed: `${last.called} has the same value as ${group
          .slice(0, -1)
          .map(({ called }) => called)
          .join(', ')}`,
        expected: 'a value of its own for each',
        ...replaced(stack, last),
      })
    }
  },
} satisfies Rule

/** Placeholders for what other parties issue are no secrets yet. */
function sameValues(stack: Stack): readonly (readonly SecretValue[])[] {
  const groups = new Map<string, SecretValue[]>()
  for (const { secret, weakness } of judgedSecrets(stack)) {
    const isPlaceholder = secret.issued && weakness?.kind === 'default'
    if (secret.sample || isPlaceholder || /^(0|1|true|false|yes|no|on|off)$/i.test(secret.value)) continue
    groups.set(secret.value, [...(groups.get(secret.value) ?? []), secret])
  }
  return [...groups.values()]
}
