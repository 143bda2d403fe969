import type { Profile, Setting } from '../../profile/profile.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { roleOf } from '../compose/services.ts'

/** Is it the application, or may it be? Whatever is not known to be something else. */
export function isApplication(stack: Stack, service: Service): boolean {
  const role = roleOf(stack, service)
  return role === undefined || role === 'app' || role === 'worker'
}

const byName = new WeakMap<Profile, ReadonlyMap<string, Setting>>()

/** What the profile knows of a name; the application's own word comes before the common one. */
export function settingOf({ profile }: Stack, name: string): Setting | undefined {
  const known = byName.get(profile) ?? new Map([...profile.settings].reverse().map((one) => [one.name, one]))
  byName.set(profile, known)
  return known.get(name)
}

/** Does this service need it? True for all when the profile does not say who does. */
export function needs(stack: Stack, { neededBy }: Setting, service: Service): boolean {
  if (neededBy.length === 0 || neededBy.includes(service.name)) return true
  const role = roleOf(stack, service)
  // A service that nothing is known of may be the application.
  return role === undefined ? neededBy.some((one) => one === 'app' || one === 'worker') : neededBy.includes(role)
}

/** Is a value outside of what the profile calls safe? */
export function isUnsafe(setting: Setting, value: string): boolean {
  if (setting.safe === undefined) return false
  const whole = patterns.get(setting) ?? new RegExp(`^(?:${setting.safe})$`)
  patterns.set(setting, whole)
  return !whole.test(value)
}

const patterns = new WeakMap<Setting, RegExp>()

/** Spelled as people spell "off". */
export function isFalse(value: string): boolean {
  return /^(0|false|no|off|none|disabled?)$/i.test(value)
}

export function isTrue(value: string): boolean {
  return /^(1|true|yes|on|enabled?)$/i.test(value)
}
