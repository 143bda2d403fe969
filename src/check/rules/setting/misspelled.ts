import type { Stack } from '../../stack.ts'
import type { Report, Rule } from '../rule.ts'
import { isApplication, isUnsafe } from './known.ts'
import { nearest, twinOf } from './similar.ts'
import { ofServices, onlyService, type Written, writtenValues } from './written.ts'

const compose = 'services:\n  app:\n    image: loomio/loomio:v3.0.20\n    env_file: .env\n'

export const misspelledSetting = {
  id: 'setting.misspelled',
  severity: 'medium',
  title: 'The name of a setting is misspelled',
  looksFor:
    'Names that are a letter or two away from one that the application reads, and settings that other versions of it spell in another way.',
  why: 'The application goes on with its default, and nobody is told.',
  fix: 'Use the name that is read. Where versions differ, setting both does no harm.',
  bad: { 'compose.yaml': compose, '.env': 'FEATURES_DISABLE_CREATE_USERS=1\n' },
  good: { 'compose.yaml': compose, '.env': 'FEATURES_DISABLE_CREATE_USER=1\n' },
  applies: (stack) => stack.profile.settings.length > 0 && writtenValues(stack).length > 0,
  check(stack, report) {
    const names = new Set(writtenValues(stack).map(({ name }) => name))
    for (const written of writtenValues(stack)) {
      if (!mayBeRead(stack, written)) continue
      const right = nearest(stack, written.name)
      if (right === undefined) tellTwin(stack, written, names, report)
      // With both set, the other one is for something else.
      else if (!names.has(right)) {
        const observed = `${written.name}${ofServices(written)} is not known`
        report({ at: written.at, ...onlyService(written), observed, expected: right })
      }
    }
  },
} satisfies Rule

/** A name that Compose itself fills in is read by Compose, whatever it is called. */
function mayBeRead(stack: Stack, { name, services }: Written): boolean {
  if (services.length > 0) return services.some((one) => isApplication(stack, one))
  return stack.compose?.variables.has(name) !== true
}

function tellTwin(stack: Stack, written: Written, names: ReadonlySet<string>, report: Report): void {
  const { name, entry, value } = written
  const twin = twinOf(stack, name)
  if (twin === undefined || twin.secret || names.has(twin.name)) return
  const isPatched = entry !== undefined && entry.file.use !== 'example'
  const same = isUnsafe(twin, value) ? twin.suggest : value
  report({
    at: written.at,
    ...onlyService(written),
    severity: 'low',
    title: 'Another version of the application spells a setting in another way',
    observed: `${name} is set and ${twin.name} is not: which of them is read depends on the version`,
    expected: same === value ? `${twin.name} with the same value as well` : `${same ?? 'a safe value'} for both`,
    ...(isPatched && same !== undefined
      ? { repair: { kind: 'env', file: entry.file.path, name: twin.name, value: same } }
      : {}),
  })
}
