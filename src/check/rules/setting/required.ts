import type { Repair } from '../../fix/repair.ts'
import type { Setting } from '../../profile/profile.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import { wholeFile } from '../../text/place.ts'
import { factsOf, merge, roleOf, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { needs } from './known.ts'
import { countedEnvFiles, writtenValues } from './written.ts'

const compose = 'services:\n  app:\n    image: loomio/loomio:v3.0.20\n    env_file: .env\n'
/** Read by the Compose file, and by no program: needed where it is filled in. */
const COMPOSE_ONLY = /_(VERSION|TAG|PORT)$|^(USER|GROUP)_ID$/
const SAFE = 'FEATURES_DISABLE_CREATE_USER=1\nSMTP_SSL_VERIFY_MODE=peer\nLOGIN_TOKEN_EXPIRATION_MINUTES=15\n'

export const requiredSetting = {
  id: 'setting.required',
  severity: 'medium',
  title: 'A setting that is needed is absent',
  looksFor: 'Settings of the application without which, as its profile says, something is open or does not work.',
  why: 'The application has a default for it that is not a safe one.',
  fix: 'Set it as expected.',
  bad: { 'compose.yaml': compose, '.env': 'CANONICAL_HOST=loomio.example.org\n' },
  good: { 'compose.yaml': compose, '.env': `CANONICAL_HOST=loomio.example.org\n${SAFE}` },
  ofAbsence: true,
  applies: (stack) => requiredOf(stack).length > 0,
  check(stack, report) {
    const given = new Set(writtenValues(stack).flatMap(({ name, value }) => (value === '' ? [] : [name])))
    for (const setting of requiredOf(stack)) {
      const { name, required, suggest } = setting
      if (given.has(name) || given.has(`${name}_FILE`)) continue
      const users = usersOf(stack, setting)
      const file = countedEnvFiles(stack)[0]
      const at = users[0]?.at ?? wholeFile(file?.shown ?? stack.shown)
      report({
        at,
        ...(users[0] === undefined ? {} : { service: users[0].name }),
        observed: `${name} is not set: ${required}`,
        expected: suggest === undefined ? `a value of ${name}` : `${name}=${suggest}`,
        ...repairOf(stack, setting, users),
      })
    }
  },
} satisfies Rule

/** Those that some service here needs. Secrets have a rule of their own. */
function requiredOf(stack: Stack): readonly Setting[] {
  const required = stack.profile.settings.filter((setting) => !setting.secret && setting.required !== undefined)
  const { compose } = stack
  if (compose !== undefined) {
    const read = required.filter(({ name }) => !COMPOSE_ONLY.test(name) || compose.variables.has(name))
    return read.filter((setting) => usersOf(stack, setting).length > 0)
  }
  // Without a Compose file, an env file is the application's only when it says something to it.
  const names = new Set(writtenValues(stack).map(({ name }) => name))
  return stack.profile.settings.some(({ name }) => names.has(name)) ? required : []
}

/** Services that are known to need it: the application, unless the profile says who does. */
function usersOf(stack: Stack, setting: Setting): readonly Service[] {
  return servicesOf(stack).filter((service) => {
    const role = roleOf(stack, service)
    if (role === undefined) return false
    return setting.neededBy.length === 0 ? isOwn(stack, service) : needs(stack, setting, service)
  })
}

/** The application itself, which comes first in the profile, and its workers: not what stands beside it. */
function isOwn(stack: Stack, service: Service): boolean {
  const facts = factsOf(stack, service)
  return facts?.role === 'worker' || facts === stack.profile.services.find(({ role }) => role === 'app')
}

/** Into the env file that the service reads, else under its environment. */
function repairOf(
  { env }: Stack,
  { name, suggest }: Setting,
  users: readonly Service[],
): { repair?: readonly Repair[] } {
  if (suggest === undefined || users.length === 0) return {}
  const inUse = env.filter(({ use }) => use !== 'example')
  const repair = users.map((service): Repair => {
    const places = new Set(
      [...service.environment.values()].flatMap((one) => (one.by === 'env_file' ? one.at.file : [])),
    )
    const file = inUse.find(({ shown }) => places.has(shown))
    return file === undefined
      ? merge(service, ['environment', name], suggest)
      : { kind: 'env', file: file.path, name, value: suggest }
  })
  const once = new Map(repair.map((one) => [JSON.stringify(one), one]))
  return { repair: [...once.values()] }
}
