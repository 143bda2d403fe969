import { z } from 'zod'
import type { User } from '../control/services.ts'
import type { UserRow } from './schema.ts'

const rolesColumn = z.array(z.string().max(64)).max(64)

/** The person in a row, without the password hash. Throws a ZodError when the row was damaged. */
export function toUser(row: Pick<UserRow, 'id' | 'email' | 'roles' | 'created'>): User {
  return Object.freeze({
    id: row.id,
    email: row.email,
    roles: Object.freeze(readRoles(row.roles)),
    created: row.created,
  })
}

/** The column `users.roles`. */
export function readRoles(text: string): string[] {
  return rolesColumn.parse(JSON.parse(text))
}
