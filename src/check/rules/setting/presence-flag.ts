import type { Setting } from '../../profile/profile.ts'
import type { Rule } from '../rule.ts'
import { isFalse, isUnsafe, settingOf } from './known.ts'
import { rewrite } from './repair.ts'
import { ofServices, onlyService, type Written, writtenValues } from './written.ts'

export const presenceFlag = {
  id: 'setting.presence-flag',
  severity: 'high',
  title: 'A switch that is set to "off" is on',
  looksFor: 'Settings that count as on whenever they are there, with a value such as 0, false, no or off.',
  why: 'The application looks only at whether the name is there. Whoever reads the file believes the opposite of what holds.',
  fix: 'Take the line out to switch it off, or set it to 1 to say that it is on.',
  bad: { '.env': 'DATABASE_HOST=10.0.0.5\nMYSQL_ALLOW_EMPTY_PASSWORD=no\n' },
  good: { '.env': 'DATABASE_HOST=10.0.0.5\n' },
  applies: (stack) => stack.profile.settings.some(({ presence }) => presence) && writtenValues(stack).length > 0,
  check(stack, report) {
    for (const written of writtenValues(stack)) {
      const setting = settingOf(stack, written.name)
      if (setting?.presence !== true || !written.used || !isFalse(written.value)) continue
      // What should be on is on; only the file says something else.
      const isWanted = setting.required !== undefined || setting.suggest !== undefined
      report({
        at: written.at,
        ...onlyService(written),
        severity: isDangerous(setting, written) ? 'high' : 'medium',
        observed: `${written.name} is set to an "off" value${ofServices(written)}, and is on by being there. ${setting.meaning}`,
        expected: isWanted ? `${setting.suggest ?? '1'}, which says what holds` : `no ${written.name}`,
        ...rewrite(written, isWanted ? (setting.suggest ?? '1') : undefined),
      })
    }
  },
} satisfies Rule

function isDangerous(setting: Setting, { value }: Written): boolean {
  return setting.danger !== undefined && setting.suggest === undefined && isUnsafe(setting, value)
}
