import { CastellanError } from '../kernel/errors.ts'

/** SQLITE_FULL (https://www.sqlite.org/rescode.html#full). */
const FULL = 13

/** Runs a statement; what SQLite says of a full disk becomes `audit.unavailable`, which people and commands are told. */
export function withRoom<T>(statement: () => T): T {
  try {
    return statement()
  } catch (error) {
    if ((error as { errcode?: number } | null)?.errcode !== FULL) throw error
    throw new CastellanError('audit.unavailable', 'There is no room left on the disk, so nothing can be changed now.', {
      hint: 'Make room on the volume of the data folder; it goes on by itself.',
      cause: error,
    })
  }
}
