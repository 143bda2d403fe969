import type { User } from './boot.ts'

/** What of the borders between processes is not enforced here, in words for the operator. */
export function posture(user: User | null): string[] {
  if (user !== null) return []
  return ['Process borders are not enforced: Castellan was not started by root, so all its processes have one user.']
}
