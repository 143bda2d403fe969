import type { Rule } from '../rule.ts'
import { commandFilesOf, stepsOf } from './running.ts'
import { script } from './samples.ts'

/** One value for all: ActiveRecord, SQL without a condition, Django. */
const SHARED: readonly RegExp[] = [
  /\bupdate_all\s*\(?[^)]*(?:token|password|secret)\w*["']?\s*(?::|=>|=)/i,
  /\bupdate\s+["'`]?\w*(?:users?|accounts?|people|members?)["'`]?\s+set\s+\w*(?:token|password|secret)\w*\s*=(?!.*\bwhere\b)(?!\s*(?:null|''|encode\(|gen_random|md5\(random|random))/i,
  /\.objects\.(?:all\(\))?\.?update\s*\([^)]*(?:token|password|secret)\w*\s*=/i,
]

export const sharedReset = {
  id: 'automation.shared-reset',
  severity: 'high',
  title: 'One token or password is written to all accounts',
  looksFor:
    'Scripts and documents that set a reset token or a password of all users in one statement (update_all, UPDATE without WHERE, objects.update).',
  why: 'The value is made once and is then the same for everybody: whoever gets one link can set the password of each account. It ends no session, either.',
  fix: "End the sessions at the gateway, change the key that signs the application's sessions, and let each person ask for a link of their own.",
  bad: script(
    'scripts/reset-all.sh',
    "docker compose exec app rails runner 'User.update_all(reset_password_token: SecureRandom.hex)'",
  ),
  good: script(
    'scripts/reset-all.sh',
    "docker compose exec app rails runner 'User.find_each(&:send_reset_password_instructions)'",
  ),
  applies: (stack) => commandFilesOf(stack, 'script', 'document').length > 0,
  check(stack, report) {
    for (const { commands } of [...commandFilesOf(stack, 'script', 'document', 'crontab'), ...stepsOf(stack)]) {
      for (const { expanded, at } of commands) {
        if (!SHARED.some((pattern) => pattern.test(expanded))) continue
        report({
          at,
          observed: `${at.file} writes one and the same token or password to all accounts`,
          expected: 'a value of its own for each account',
        })
      }
    }
  },
} satisfies Rule
