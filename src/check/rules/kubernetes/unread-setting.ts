import type { Profile } from '../../profile/profile.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'
import { configMapValues, environmentValues, secretValues } from './values.ts'

const app = (env: string) =>
  manifest(deploymentText(`image: registry.example.org/shop/expressjsblanky:1.0.0\nenv:\n  - ${env}`))

export const unreadSetting = {
  id: 'kubernetes.unread-setting',
  severity: 'medium',
  title: 'A setting does nothing',
  looksFor:
    'Names in env, in ConfigMaps and in .env files within Secrets that the profile knows to be read by nothing.',
  why: 'It looks as if something were protected or switched on, and nothing is.',
  fix: 'Take it out, use the name that is read, or reach the aim by other means.',
  bad: app('{ name: DISABLE_BRUTEFORCE_PREVENTION, value: "false" }'),
  good: app('{ name: DATABASE_PORT, value: "5432" }'),
  applies: (stack) => hasWorkloads(stack) && (stack.profile.unread.length > 0 || stack.profile.complete.length > 0),
  check(stack, report) {
    for (const { object, name, at, where } of [
      ...environmentValues(stack),
      ...configMapValues(stack),
      ...secretValues(stack),
    ]) {
      const found = unread(stack.profile, name)
      if (found === undefined) continue
      report({
        ...about(object, at),
        observed: `${name} in ${where}: ${found.why}`,
        expected: found.instead === undefined ? `no ${name}` : found.instead,
      })
    }
  },
} satisfies Rule

function unread(profile: Profile, name: string): { why: string; instead: string | undefined } | undefined {
  const listed = profile.unread.find((one) => one.name === name)
  if (listed !== undefined) return listed
  const prefix = profile.complete.find((beginning) => name.startsWith(beginning))
  const known = (setting: { name: string }) => name === setting.name || name === `${setting.name}_FILE`
  if (prefix === undefined || profile.settings.some(known)) return undefined
  return {
    why: `the application reads no setting of this name, and all that begin with ${prefix} are known`,
    instead: undefined,
  }
}
