import type { Stack } from '../../stack.ts'
import { servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { isFalse, settingOf } from './known.ts'
import { oncePerPlace, type Scope, scopesOf } from './scope.ts'
import type { Written } from './written.ts'

const compose = 'services:\n  inventree-server:\n    image: inventree/inventree:1.1.0\n    env_file: .env\n'
const HOST = /^(.*(?:SMTP|MAIL|EMAIL|MAILER)_?(?:[A-Z]+_)?)(?:HOST|SERVER|ADDRESS)(?:NAME)?$/i
const TLS = /(TLS|SSL|SECURE|ENCRYPTION)$/i
const VERIFY = /VERIFY/i

export const mailUnencrypted = {
  id: 'setting.mail-unencrypted',
  severity: 'medium',
  title: 'Mail goes out without TLS that protects it',
  looksFor:
    'A mail server of another machine, where neither TLS nor the verification of its certificate is switched on, as far as the application has a setting for it.',
  why: 'Anybody on the way reads the mail, with its links for new passwords, and the password of the account at the mail server.',
  fix: 'Switch TLS on (port 465, or STARTTLS on 587) and let the certificate be verified; the finding names the settings.',
  bad: { 'compose.yaml': compose, '.env': 'INVENTREE_EMAIL_HOST=mail.example.org\nINVENTREE_EMAIL_TLS=False\n' },
  good: { 'compose.yaml': compose, '.env': 'INVENTREE_EMAIL_HOST=mail.example.org\nINVENTREE_EMAIL_TLS=True\n' },
  ofAbsence: true,
  applies: (stack) => scopesOf(stack).some((scope) => mailServers(stack, scope).length > 0),
  check(stack, report) {
    const isFirst = oncePerPlace()
    for (const scope of scopesOf(stack)) {
      for (const { host, prefix } of mailServers(stack, scope)) {
        const names = settingsOf(stack, scope, prefix)
        if (names.length === 0 || names.some((name) => isOn(stack, scope, name)) || isTlsPort(scope, prefix)) continue
        if (!isFirst(host)) continue
        report({
          at: host.at,
          ...(scope.service === undefined ? {} : { service: scope.service.name }),
          observed: `${host.name} is set, and ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} absent or off`,
          expected: `${names.find((name) => VERIFY.test(name)) ?? names[0]} switched on`,
        })
      }
    }
  },
} satisfies Rule

/** Servers of mail that are neither this machine nor a container beside. */
function mailServers(stack: Stack, { values }: Scope): readonly { host: Written; prefix: string }[] {
  const local = new Set(['localhost', '127.0.0.1', '::1', ...servicesOf(stack).map(({ name }) => name)])
  return [...values.values()].flatMap((host) => {
    const prefix = HOST.exec(host.name)?.[1]
    return prefix === undefined || host.value === '' || local.has(host.value) || /IMAP|POP/.test(prefix)
      ? []
      : [{ host, prefix }]
  })
}

/** Names that say something of TLS beside this server: those that are set, and those that the profile knows. */
function settingsOf(stack: Stack, { values }: Scope, prefix: string): readonly string[] {
  const unread = new Set(stack.profile.unread.map(({ name }) => name))
  const names = new Set([...values.keys(), ...stack.profile.settings.map(({ name }) => name)])
  const about = (name: string) => name.startsWith(prefix) && (TLS.test(name) || VERIFY.test(name))
  return [...names].filter((name) => about(name) && !unread.has(name)).sort()
}

function isOn(stack: Stack, { values }: Scope, name: string): boolean {
  const value = values.get(name)?.value ?? ''
  if (value === '') return false
  if (settingOf(stack, name)?.presence === true) return true
  return !isFalse(value) && !/^(none|plain)$/i.test(value)
}

/** TLS from the first byte. */
function isTlsPort({ values }: Scope, prefix: string): boolean {
  return values.get(`${prefix}PORT`)?.value === '465'
}
