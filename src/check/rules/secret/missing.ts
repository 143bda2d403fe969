import { dirname } from 'node:path'
import type { Setting } from '../../profile/profile.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { SecretFile } from '../../readers/secrets/types.ts'
import type { Stack } from '../../stack.ts'
import { type Place, wholeFile } from '../../text/place.ts'
import { roleOf } from '../compose/services.ts'
import type { Report, Rule } from '../rule.ts'
import { needs } from '../setting/known.ts'
import { writtenValues } from '../setting/written.ts'
import { created } from './replace.ts'
import { isIssued } from './values.ts'

const compose = (secret: string) =>
  `services:\n  db:\n    image: postgres:17.2\n    environment:\n      POSTGRES_USER: shop\n${secret}`

export const missingSecret = {
  id: 'secret.missing',
  severity: 'high',
  title: 'A secret that is needed is empty or absent',
  looksFor:
    'Secrets without which, as the profile says, something does not work or is not protected; variables that a Compose file fills in and no file sets; and files of Compose secrets that are not there, or empty.',
  why: 'Some programs do not start then, and others start without the protection: backups are plain, sessions are signed with a known key.',
  fix: 'Set a random value (openssl rand -hex 32), and keep a copy of keys for backups and encryption in another place.',
  bad: { 'compose.yaml': compose('      POSTGRES_PASSWORD: ${DB_PASSWORD}\n'), '.env': 'TAG=1\n' },
  good: {
    'compose.yaml': compose('      POSTGRES_PASSWORD: ${DB_PASSWORD}\n'),
    '.env': 'DB_PASSWORD=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
  },
  ofAbsence: true,
  applies: (stack) => installed(stack) && (wanted(stack).length > 0 || (stack.compose?.services.length ?? 0) > 0),
  check(stack, report) {
    for (const setting of wanted(stack)) checkSetting(stack, setting, report)
    checkVariables(stack, report)
    for (const file of stack.secretFiles) checkFile(stack, file, report)
  },
} satisfies Rule

/** Before an installation is set up there is a sample only; everything is missing then, and nothing is wrong. */
function installed({ env, compose }: Stack): boolean {
  return (
    env.some(({ use }) => use !== 'example') || (compose !== undefined && !env.some(({ use }) => use === 'example'))
  )
}

/** Required secrets of the profile that some service here needs. */
function wanted(stack: Stack): readonly Setting[] {
  const required = stack.profile.settings.filter((setting) => setting.secret && setting.required !== undefined)
  if (stack.compose !== undefined) return required.filter((setting) => users(stack, setting).length > 0)
  // Without a Compose file, an env file is the application's only when it says something to it.
  const names = new Set(writtenValues(stack).map(({ name }) => name))
  return stack.profile.settings.some(({ name }) => names.has(name)) ? required : []
}

function users(stack: Stack, setting: Setting): readonly Service[] {
  return (stack.compose?.services ?? []).filter(
    (service) =>
      needs(stack, setting, service) && roleOf(stack, service) !== undefined && reads(stack, setting, service),
  )
}

/** Programs for backups are exchanged freely: one reads the setting when it is the application's own, or is told the name. */
function reads(stack: Stack, { name }: Setting, service: Service): boolean {
  if (roleOf(stack, service) !== 'backup' || service.build !== undefined) return true
  return service.environment.has(name) || service.environment.has(`${name}_FILE`)
}

function checkSetting(stack: Stack, setting: Setting, report: Report): void {
  const { name } = setting
  const all = writtenValues(stack).filter((one) => one.name === name || one.name === `${name}_FILE`)
  const given = all.filter(({ value }) => value !== '')
  const secretNames = [...(stack.compose?.secrets.keys() ?? [])].map((each) => each.toUpperCase())
  if (given.length > 0 || secretNames.includes(name.toUpperCase())) return
  const file = stack.env.find(({ use }) => use === 'project') ?? stack.env.find(({ use }) => use === 'service')
  const service = users(stack, setting)[0]
  const at: Place | undefined = all[0]?.at ?? (file === undefined ? service?.at : wholeFile(file.shown))
  if (at === undefined) return
  const safeToMake = file !== undefined && !isIssued(name)
  report({
    at,
    ...(service === undefined ? {} : { service: service.name }),
    observed: `${name} is ${all.length > 0 ? 'empty' : 'not set'}: ${setting.required}`,
    expected: 'at least 32 random characters',
    ...(safeToMake ? created(file.path, name) : {}),
  })
}

/** `${DB_PASSWORD}` that no file sets: Compose puts in nothing. Containers that only a profile starts don't count. */
function checkVariables(stack: Stack, report: Report): void {
  const told = new Set<string>(wanted(stack).map(({ name }) => name))
  for (const service of stack.compose?.services ?? []) {
    if (service.profiles.length > 0) continue
    for (const { name, value, at, variables } of service.environment.values()) {
      const unset = variables.find(({ by }) => by === 'nothing')
      if (
        unset === undefined ||
        value !== '' ||
        told.has(name) ||
        told.has(unset.name) ||
        !/PASS|SECRET|_KEY|TOKEN/.test(name)
      )
        continue
      told.add(unset.name)
      report({
        at,
        service: service.name,
        severity: 'medium',
        observed: `${name} is empty: no file sets ${unset.name}`,
        expected: `${unset.name} in .env, or given by the shell that starts Compose`,
      })
    }
  }
}

function checkFile(stack: Stack, { names, present, shown, path, value }: SecretFile, report: Report): void {
  if (names.length === 0 || (present && value !== '')) return
  const service = (stack.compose?.services ?? []).find(({ secrets }) =>
    secrets.some((one) => names.includes(one.value)),
  )
  // A folder that was never made says that the installation was not set up yet.
  const folder = dirname(path)
  const begun = stack.secretFiles.some((other) => other.present && dirname(other.path) === folder)
  if (service === undefined || (!present && !begun)) return
  report({
    at: present ? wholeFile(shown) : service.at,
    service: service.name,
    observed: `the file ${shown} of the secret ${names.join(', ')} is ${present ? 'empty' : 'not there'}`,
    expected: 'a file with at least 32 random characters',
  })
}
