import { chmodSync, closeSync, existsSync, fchmodSync, openSync } from 'node:fs'

/**
 * Creates a database file, or takes others' rights to it away. Before SQLite opens it: journals get the mode that the
 * file has then.
 */
export function makePrivate(file: string): void {
  const fd = openSync(file, 'a', 0o600)
  try {
    fchmodSync(fd, 0o600)
  } finally {
    closeSync(fd)
  }
  for (const left of [`${file}-wal`, `${file}-shm`]) if (existsSync(left)) chmodSync(left, 0o600)
}
