import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import type { Rule } from '../rule.ts'
import { settingOf } from './known.ts'
import { writtenValues } from './written.ts'

const PAIRS: readonly (readonly [id: string, secret: string])[] = [
  ['CLIENT_ID', 'CLIENT_SECRET'],
  ['APP_KEY', 'APP_SECRET'],
]

export const signOnIncomplete = {
  id: 'setting.sign-on-incomplete',
  severity: 'medium',
  title: 'A sign-on with another server is set up by half',
  looksFor:
    'A name of a client (CLIENT_ID) without its secret, or the reverse, in env files, environments and files of Compose secrets.',
  why: 'People can not sign in that way, and fall back on passwords; some programs then trust what they can not verify.',
  fix: 'Set both, from the page of the provider, or take out the one that is there.',
  bad: { '.env': 'GOOGLE_CLIENT_ID=shop.example.org\n' },
  good: { '.env': 'GOOGLE_CLIENT_ID=shop.example.org\nGOOGLE_CLIENT_SECRET=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n' },
  ofAbsence: true,
  applies: (stack) => halves(stack).size > 0,
  check(stack, report) {
    for (const { provider, pair, id, secret } of halves(stack).values()) {
      const there = id ?? secret
      if (there === undefined || (id !== undefined && secret !== undefined)) continue
      const missing = `${provider}${id === undefined ? pair[0] : pair[1]}`
      report({
        at: there.at,
        ...(there.service === undefined ? {} : { service: there.service }),
        observed: `${there.name} is set and ${missing} is not`,
        expected: 'both, or none',
      })
    }
  },
} satisfies Rule

interface Half {
  readonly name: string
  readonly at: Place
  readonly service: string | undefined
}

interface Client {
  /** Beginning of the names, with its underscore. */
  readonly provider: string
  readonly pair: readonly [string, string]
  id?: Half
  secret?: Half
}

function halves(stack: Stack): ReadonlyMap<string, Client> {
  const clients = new Map<string, Client>()
  for (const half of named(stack)) {
    const name = normal(half.name)
    for (const pair of PAIRS) {
      const which = pair.findIndex((ending) => name.endsWith(ending))
      if (which === -1) continue
      const provider = name.slice(0, -pair[which]!.length)
      // A key that has no secret beside it in the application, as SAML has none, is whole by itself.
      if (pair[0] === 'APP_KEY' && settingOf(stack, `${provider}APP_SECRET`) === undefined && which === 0) continue
      const key = `${provider} ${pair[0]}`
      const client = clients.get(key) ?? { provider, pair }
      if (which === 0) client.id ??= half
      else client.secret ??= half
      clients.set(key, client)
    }
  }
  return clients
}

/** Names with a value: settings, and Compose secrets whose file has something in it. */
function named(stack: Stack): readonly Half[] {
  const settings = writtenValues(stack).filter(({ value, used }) => value !== '' && used)
  const files = stack.secretFiles.filter(({ names, value }) => names.length > 0 && value !== undefined && value !== '')
  return [
    ...settings.map(({ name, at, services }) => ({ name: name.replace(/_FILE$/, ''), at, service: services[0]?.name })),
    ...files.flatMap(({ names, shown }) =>
      names.map((name) => ({ name, at: { file: shown, line: 0, column: 0 }, service: undefined })),
    ),
  ]
}

/** `AppSettings__GoogleClientId` and `google_client_id` are `…GOOGLE_CLIENT_ID`. */
function normal(name: string): string {
  const last = name.split('__').at(-1) ?? name
  return last
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}
