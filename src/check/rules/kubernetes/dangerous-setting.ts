import type { Setting } from '../../profile/profile.ts'
import type { Rule } from '../rule.ts'
import { about, hasWorkloads } from './objects.ts'
import { deploymentText, manifest } from './sample.ts'
import { configMapValues, environmentValues, secretValues } from './values.ts'

const app = (env: string) =>
  manifest(deploymentText(`image: registry.example.org/shop/expressjsblanky:1.0.0\nenv:\n  - ${env}`))

export const dangerousSetting = {
  id: 'kubernetes.dangerous-setting',
  severity: 'medium',
  title: 'A setting of the application is dangerous',
  looksFor:
    'Settings that the profile knows, with a value that is not safe, or that act by being there at all: in env, in ConfigMaps and in .env files within Secrets. Secrets themselves have a rule of their own.',
  why: 'The application switches a protection off, whatever stands around it.',
  fix: 'Set it as expected, or take it out.',
  bad: app('{ name: DISABLE_SSL, value: "true" }'),
  good: app('{ name: DATABASE_PORT, value: "5432" }'),
  applies: (stack) => hasWorkloads(stack) && stack.profile.settings.length > 0,
  check(stack, report) {
    const known = new Map(stack.profile.settings.map((setting) => [setting.name, setting]))
    for (const { object, name, value, at, where } of [
      ...environmentValues(stack),
      ...configMapValues(stack),
      ...secretValues(stack),
    ]) {
      const setting = known.get(name)
      if (setting === undefined || setting.secret || isSafe(setting, value)) continue
      report({
        ...about(object, at),
        observed: `${name} in ${where}: ${setting.danger ?? setting.meaning}`,
        expected: setting.suggest === undefined ? 'another value, or none' : setting.suggest,
      })
    }
  },
} satisfies Rule

function isSafe({ safe }: Setting, value: string): boolean {
  return safe === undefined || new RegExp(`^(?:${safe})$`).test(value)
}
