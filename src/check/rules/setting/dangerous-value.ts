import type { Setting } from '../../profile/profile.ts'
import type { Stack } from '../../stack.ts'
import type { Rule, Severity } from '../rule.ts'
import { isFalse, isTrue, isUnsafe, needs, settingOf } from './known.ts'
import { openDoor } from './open-door.ts'
import { rewrite } from './repair.ts'
import { ofServices, onlyService, type Written, writtenValues } from './written.ts'

const compose = 'services:\n  app:\n    image: loomio/loomio:v3.0.20\n    env_file: .env\n'
/** What gives a way in or the inside of the application to whoever comes by. */
const WAYS_IN = /^(SP_ALLOWFROM|DOCKER_HOST|TRAEFIK_API_INSECURE|PMA_ARBITRARY)$/
const DEBUG = /(^|_)DEBUG(_SILK)?$/

export const dangerousValue = {
  id: 'setting.dangerous-value',
  severity: 'medium',
  title: 'A setting switches a protection off',
  looksFor:
    'Values that the profile does not call safe, of the application and of common services. Secrets have rules of their own.',
  why: 'The program does as it is told, whatever stands around it. The finding says what comes of it.',
  fix: 'Set it as expected, or take it out.',
  bad: { 'compose.yaml': compose, '.env': 'RACK_ATTACK_RATE_MULTPLIER=100\n' },
  good: { 'compose.yaml': compose, '.env': 'RACK_ATTACK_RATE_MULTPLIER=1\n' },
  applies: (stack) => stack.profile.settings.some(({ safe }) => safe !== undefined) && writtenValues(stack).length > 0,
  check(stack, report) {
    for (const written of writtenValues(stack)) {
      const setting = settingOf(stack, written.name)
      if (setting === undefined || !isDangerous(stack, setting, written)) continue
      report({
        at: written.at,
        ...onlyService(written),
        severity: severityOf(written),
        observed: `${written.name}${ofServices(written)}: ${setting.danger ?? setting.meaning}`,
        expected: setting.suggest ?? (isOff(setting) ? `no ${written.name}` : 'another value'),
        ...repairOf(setting, written),
      })
    }
  },
} satisfies Rule

function isDangerous(stack: Stack, setting: Setting, { value, used, services }: Written): boolean {
  if (setting.secret || value === '' || !used || !isUnsafe(setting, value)) return false
  // Set to "off", such a switch is on against what was meant, which is a finding of its own.
  if (setting.presence && isFalse(value)) return false
  // A service that lets everybody in is told of by a rule of its own.
  if (services.some((service) => openDoor(service)?.setting === setting.name)) return false
  return services.length === 0 || services.some((service) => needs(stack, setting, service))
}

function severityOf({ name, value }: Written): Severity {
  return WAYS_IN.test(name) || (DEBUG.test(name) && isTrue(value)) ? 'high' : 'medium'
}

/** Only its absence, or an empty value, is safe. */
function isOff({ safe }: Setting): boolean {
  return safe === '()' || safe === '(?!)'
}

function repairOf(setting: Setting, written: Written) {
  if (setting.suggest !== undefined) return rewrite(written, setting.suggest)
  return isOff(setting) ? rewrite(written, undefined) : {}
}
