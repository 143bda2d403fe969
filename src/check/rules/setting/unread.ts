import type { Stack } from '../../stack.ts'
import { roleOf } from '../compose/services.ts'
import type { Report, Rule } from '../rule.ts'
import { isApplication, settingOf } from './known.ts'
import { rewrite } from './repair.ts'
import { nearest } from './similar.ts'
import { ofServices, onlyService, type Written, writtenValues } from './written.ts'

const compose = 'services:\n  inventaire:\n    image: inventaire/inventaire:3.0.1\n    env_file: .env\n'

export const unreadSetting = {
  id: 'setting.unread',
  severity: 'medium',
  title: 'A setting does nothing',
  looksFor:
    'Names that look like settings and that the application, by its profile, does not read; and entries of .env that Compose neither fills in anywhere nor hands to a container.',
  why: 'It looks as if something were protected or switched on, and nothing is.',
  fix: 'Take it out, use the name that is read, or reach the aim by other means: the finding says which.',
  bad: { 'compose.yaml': compose, '.env': 'INV_ACCOUNT_SIGNUP_OPEN=false\n' },
  good: { 'compose.yaml': compose, '.env': 'NODE_ENV=production\n' },
  applies: (stack) => writtenValues(stack).length > 0,
  check(stack, report) {
    for (const written of writtenValues(stack)) {
      const found = unread(stack, written.name)
      if (found !== undefined) {
        if (concernsApplication(stack, written)) tell(written, found, report)
      } else if (!written.used && !inScripts(stack, written.name)) tellUnused(stack, written, report)
    }
  },
} satisfies Rule

interface Unread {
  readonly why: string
  readonly instead: string | undefined
}

/** Undefined also for one that is only misspelled: that has a rule of its own. */
function unread(stack: Stack, name: string): Unread | undefined {
  const { profile } = stack
  const listed = profile.unread.find((one) => one.name === name)
  if (listed !== undefined) return listed
  const beginning = profile.complete.find((each) => name.startsWith(each))
  if (beginning === undefined || isKnown(stack, name) || nearest(stack, name) !== undefined) return undefined
  return {
    why: `The application reads no setting of this name; all that begin with ${beginning} are known.`,
    instead: undefined,
  }
}

function isKnown(stack: Stack, name: string): boolean {
  return settingOf(stack, name) !== undefined || settingOf(stack, name.replace(/_FILE$/, '')) !== undefined
}

/** Another program may well read a name that the application does not; and Compose may hand it on under another. */
function concernsApplication(stack: Stack, { name, services }: Written): boolean {
  if (services.length > 0) return services.some((one) => isApplication(stack, one) || roleOf(stack, one) === 'backup')
  return stack.compose?.variables.has(name) !== true
}

function tell(written: Written, { why, instead }: Unread, report: Report): void {
  report({
    at: written.at,
    ...onlyService(written),
    observed: `${written.name}${ofServices(written)}: ${why}`,
    expected: instead === undefined ? `no ${written.name}` : `${instead} in its place`,
    ...rewrite(written, undefined),
  })
}

function tellUnused(stack: Stack, written: Written, report: Report): void {
  const { name, entry } = written
  const known = settingOf(stack, name)
  report({
    at: written.at,
    severity: known === undefined ? 'low' : 'medium',
    title: 'A setting reaches no container',
    observed: `${name} is in ${entry?.file.shown ?? 'the file'}, and no container is given it`,
    expected: `${name} under environment of the service that needs it, or no such line`,
  })
}

/** Scripts read .env as well. */
function inScripts({ automation }: Stack, name: string): boolean {
  return automation.some((file) => 'commands' in file && file.commands.some(({ text }) => text.includes(name)))
}
