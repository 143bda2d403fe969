import { CastellanError } from '../../kernel/errors.ts'
import { showPage } from './answers.ts'
import { EMAIL_LENGTH, PASSWORD_LENGTH, TOKEN_LENGTH } from './bounds.ts'
import { complaintOf } from './errors.ts'
import { readFields, readForm } from './form.ts'
import { setupPage } from './pages/setup.ts'
import { startSession } from './start-session.ts'
import type { Handler } from './visit.ts'

/** Looks at the link and never uses it up: mail scanners and previews follow links. */
export const getSetup: Handler = async (visit, ports) => {
  const { secret } = readFields(visit.url.search, { secret: TOKEN_LENGTH })
  if (!(await ports.accounts.isSetupSecret(secret))) throw voidLink()
  return showPage(setupPage({ place: visit.place, secret }))
}

export const postSetup: Handler = async (visit, ports) => {
  const fields = await readForm(visit.request, {
    secret: TOKEN_LENGTH,
    email: EMAIL_LENGTH,
    password: PASSWORD_LENGTH,
    'password-again': PASSWORD_LENGTH,
  })
  try {
    demandSame(fields.password, fields['password-again'])
    const user = await ports.accounts.setUp(fields.secret, fields.email.trim(), fields.password, visit.by)
    return await startSession(user, '/account', visit, ports)
  } catch (error) {
    const { status, complaint, headers } = complaintOf(error)
    if (complaint.field === undefined) throw error
    const page = setupPage({ place: visit.place, secret: fields.secret, email: fields.email, complaint })
    return showPage(page, { status, headers })
  }
}

/** Throws CastellanError `portal.passwords` when the repetition differs. */
export function demandSame(password: string, again: string): void {
  if (password === again) return
  throw new CastellanError('portal.passwords', 'The two passwords differ.', { hint: 'Type the same one twice.' })
}

function voidLink(): CastellanError {
  return new CastellanError('accounts.setup', 'This setup link is void.')
}
