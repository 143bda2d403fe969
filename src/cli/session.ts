import type { SessionListing } from '../control/services.ts'
import { CastellanError } from '../kernel/errors.ts'
import { askOperator } from './operator-client.ts'
import { type Terminal, table } from './terminal.ts'

interface Common {
  readonly data: string
  readonly json: boolean
}

/** `session list`: every live session; those of sites are children of one of the portal. */
export async function listSessions({ data, json }: Common, terminal: Terminal): Promise<void> {
  const sessions = await askOperator<SessionListing[]>(data, 'GET', '/sessions')
  if (json) terminal.line(JSON.stringify(sessions))
  else {
    const time = (at: number) => new Date(at).toISOString()
    const rows = sessions.map(({ id, email, site, created, lastSeen }) => [
      id,
      email,
      site || 'portal',
      time(created),
      time(lastSeen),
    ])
    for (const line of table([['ID', 'PERSON', 'SITE', 'SINCE', 'LAST SEEN'], ...rows])) terminal.line(line)
  }
}

/** `session revoke`: ends one session with its children, or all; edges have closed their connections when it returns. */
export async function revokeSessions(
  id: string | undefined,
  options: Common & { readonly all: boolean },
  terminal: Terminal,
): Promise<void> {
  if ((id === undefined) !== options.all) {
    throw new CastellanError('session.which', 'Name one session, or --all.', {
      hint: '`castellan session list` shows their ids.',
    })
  }
  const body = options.all ? { all: true } : { id }
  const { ended } = await askOperator<{ ended: string[] }>(options.data, 'POST', '/sessions/end', body)
  if (ended.length === 0 && id !== undefined)
    throw new CastellanError('session.unknown', `There is no live session ${id}.`)
  terminal.line(
    options.json ? JSON.stringify({ ended }) : `Ended ${ended.length} ${ended.length === 1 ? 'session' : 'sessions'}.`,
  )
}
