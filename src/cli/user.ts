import { readFileSync } from 'node:fs'
import type { User } from '../control/services.ts'
import { CastellanError } from '../kernel/errors.ts'
import { askOperator } from './operator-client.ts'
import { type Terminal, table } from './terminal.ts'

interface Common {
  readonly data: string
  readonly json: boolean
}

/** `user add`: makes a person; without a password nobody can sign in as them yet. */
export async function addUser(
  email: string,
  options: Common & { readonly role: readonly string[]; readonly passwordStdin: boolean },
  terminal: Terminal,
): Promise<void> {
  const password = options.passwordStdin ? readPassword() : null
  const user = await askOperator<User>(options.data, 'POST', '/users', { email, password, roles: options.role })
  terminal.line(
    options.json
      ? JSON.stringify(user)
      : `Added ${user.email}${user.roles.length > 0 ? ` (${user.roles.join(', ')})` : ''}.`,
  )
}

/** `user list`: everybody with an account. */
export async function listUsers({ data, json }: Common, terminal: Terminal): Promise<void> {
  const users = await askOperator<User[]>(data, 'GET', '/users')
  if (json) terminal.line(JSON.stringify(users))
  else {
    const rows = users.map(({ email, roles, created }) => [email, roles.join(', '), new Date(created).toISOString()])
    for (const line of table([['E-MAIL', 'ROLES', 'SINCE'], ...rows])) terminal.line(line)
  }
}

/** One line; its end is not part of the password. */
function readPassword(): string {
  const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '')
  if (password.includes('\n'))
    throw new CastellanError('user.password', 'The password on standard input has more than one line.')
  return password
}
