import type { Rule } from '../rule.ts'
import { commandFilesOf } from './running.ts'
import { script } from './samples.ts'

/** Names that documents of an application use and that it does not have, in the version that its profile was read from. */
const UNKNOWN: Readonly<Record<string, readonly (readonly [name: string, pattern: RegExp, instead: string])[]>> = {
  loomio: [
    ['LoginAttempt', /\bLoginAttempt\b/, 'users.failed_attempts, locked_at, last_sign_in_at and last_sign_in_ip'],
    ['the event user_login', /\buser_login\b/, 'users.last_sign_in_at, and the log of the gateway'],
    ['require_2fa', /\brequire_2fa\b/, 'a second factor at the gateway'],
  ],
}

export const unknownModel = {
  id: 'automation.unknown-model',
  severity: 'low',
  title: 'A command asks the application for what it does not have',
  looksFor: 'Scripts and documents that name tables, models or columns that the application does not have.',
  why: 'The command ends with an error or with an empty list, and that looks as if nobody had tried to get in.',
  fix: 'Ask for what is there, and take the log of the gateway for everything else.',
  bad: {
    'compose.yaml': 'services:\n  app:\n    image: loomio/loomio:3.0.20\n',
    ...script('scripts/audit.sh', "docker compose exec app rails runner 'puts LoginAttempt.count'"),
  },
  good: {
    'compose.yaml': 'services:\n  app:\n    image: loomio/loomio:3.0.20\n',
    ...script('scripts/audit.sh', "docker compose exec app rails runner 'puts User.where.not(locked_at: nil).count'"),
  },
  applies: ({ profile, automation }) => UNKNOWN[profile.name] !== undefined && automation.length > 0,
  check(stack, report) {
    for (const { commands } of commandFilesOf(stack, 'script', 'document', 'crontab')) {
      for (const { expanded, at } of commands) {
        const unknown = UNKNOWN[stack.profile.name]!.find(([, pattern]) => pattern.test(expanded))
        if (unknown === undefined) continue
        const [name, , instead] = unknown
        report({ at, observed: `${name}, which ${stack.profile.title} does not have`, expected: instead })
      }
    }
  },
} satisfies Rule
