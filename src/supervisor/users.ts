import { readFileSync } from 'node:fs'
import type { User } from './boot.ts'

/** Roles that become a user of their own. */
export type Role = 'edge' | 'control' | 'log'

/**
 * Ids for a host where nobody made the users `castellan-edge`, `castellan-control` and `castellan-log`. They lie
 * where Debian's policy (section 9.2.2) gives out nothing by itself.
 */
const FALLBACK: Readonly<Record<Role, number>> = { edge: 64_931, control: 64_932, log: 64_933 }

/** The user of each role; null for all when Castellan was not started by root. */
export function readUsers(): Readonly<Record<Role, User | null>> {
  if (process.getuid?.() !== 0) return { edge: null, control: null, log: null }
  const named = readPasswd()
  const of = (role: Role): User => named.get(`castellan-${role}`) ?? { uid: FALLBACK[role], gid: FALLBACK[role] }
  return { edge: of('edge'), control: of('control'), log: of('log') }
}

function readPasswd(): Map<string, User> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  return new Map(lines.flatMap(([name, , uid, gid]) => (name && uid && gid ? [[name, { uid: Number(uid), gid: Number(gid) }]] : [])))
}
