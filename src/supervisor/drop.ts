import type { User } from './boot.ts'

/**
 * Becomes another user, for good. Done in the process itself after start: the kernel then makes it undumpable, which
 * shuts its `/proc` entry to processes of the same user. Throws when it could be undone.
 */
export function dropPrivileges(user: User | null): void {
  if (user === null) return
  process.setgroups!([user.gid])
  process.setgid!(user.gid)
  process.setuid!(user.uid)
  try {
    process.setuid!(0)
  } catch {
    return
  }
  throw new Error('privileges could be taken back')
}
