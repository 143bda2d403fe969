import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { User } from './boot.ts'

/** Roles that become a user of their own. */
export type Role = 'edge' | 'control' | 'log' | 'posture'

/**
 * Ids for a host where nobody made the users `castellan-edge`, `castellan-control` and so on. They lie where Debian's policy (section 9.2.2) gives out nothing by itself.
 */
const FALLBACK: Readonly<Record<Role, number>> = { edge: 64_931, control: 64_932, log: 64_933, posture: 64_934 }

export type Users = Readonly<Record<Role, User | null>>

const NOBODY: Users = { edge: null, control: null, log: null, posture: null }

/** The user of each role, null for all where that can't be; then `gap` says why, in words for the operator. */
export function readUsers(program: string): { readonly users: Users; readonly gap: string | undefined } {
  if (process.getuid?.() !== 0) {
    const gap = 'Castellan was not started by root, so all its processes have one user'
    return { users: NOBODY, gap: `Process borders are not enforced: ${gap}.` }
  }
  const closed = closedFolder(program)
  if (closed === undefined) return { users: namedUsers(), gap: undefined }
  const gap = `other users can't read ${closed}, where the program is; put it in /opt or /usr/local`
  return { users: NOBODY, gap: `Process borders are not enforced: ${gap}.` }
}

/** The first folder on the way to the program that the users of the roles could not pass. */
function closedFolder(program: string): string | undefined {
  for (let folder = program; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return folder
    if (folder === dirname(folder)) return undefined
  }
}

function namedUsers(): Users {
  const named = readPasswd()
  const of = (role: Role): User => named.get(`castellan-${role}`) ?? { uid: FALLBACK[role], gid: FALLBACK[role] }
  return { edge: of('edge'), control: of('control'), log: of('log'), posture: of('posture') }
}

function readPasswd(): Map<string, User> {
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  return new Map(
    lines.flatMap(([name, , uid, gid]) => (name && uid && gid ? [[name, { uid: Number(uid), gid: Number(gid) }]] : [])),
  )
}
