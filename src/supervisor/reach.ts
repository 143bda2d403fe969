import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { CastellanError } from '../kernel/errors.ts'
import type { User } from './boot.ts'
import { type Folders, runFolders } from './folders.ts'
import type { Role, Users } from './users.ts'

/**
 * Finds out before anything is started whether each user can reach its folders: one that others may not pass, such as
 * `/root`, lets nobody in, whatever lies below it. Throws `start.folder-closed` with the folder and the user.
 */
export function checkReach(folders: Folders, users: Users): void {
  const run = runFolders(folders)
  const wanted: readonly (readonly [Role, string])[] = [
    ['control', folders.state],
    ['log', folders.log],
    ['edge', run.link],
    ['control', run.policy],
    ['control', run.posture],
  ]
  for (const [role, target] of wanted) {
    const user = users[role]
    const closed = user === null ? undefined : closedFolder(dirname(target), user)
    if (user !== null && closed !== undefined) throw closedError(closed, target, `castellan-${role}`, user)
  }
}

/** The folder nearest to the root that the user can't pass on the way into `path`. */
function closedFolder(path: string, user: User): string | undefined {
  const above = path === dirname(path) ? undefined : closedFolder(dirname(path), user)
  if (above !== undefined) return above
  return mayPass(path, user) || passes(path, user) ? undefined : path
}

/** By owner, group and mode. */
function mayPass(folder: string, { uid, gid }: User): boolean {
  const found = statSync(folder)
  const bit = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001
  return (found.mode & bit) !== 0
}

/** By trying it, as an access list can open what the mode closes. */
function passes(folder: string, { uid, gid }: User): boolean {
  const script = 'require("node:fs").statSync(process.argv[1])'
  const args = ['-e', script, '--', `${folder}/.`]
  return spawnSync(process.execPath, args, { uid, gid, env: {}, cwd: '/', stdio: 'ignore' }).status === 0
}

function closedError(folder: string, target: string, name: string, { uid }: User): CastellanError {
  const mode = (statSync(folder).mode & 0o7777).toString(8).padStart(4, '0')
  return new CastellanError(
    'start.folder-closed',
    `The folder ${folder} (mode ${mode}) keeps the user ${name} (${uid}) from ${target}.`,
    { hint: `Let others pass it (chmod o+x ${folder}), or choose another data folder with --data.` },
  )
}
