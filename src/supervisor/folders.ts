import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { CastellanError, errorText } from '../kernel/errors.ts'
import type { User } from './boot.ts'
import type { Users } from './users.ts'

/** Where the state of an installation lies, and where its sockets are. */
export interface Folders {
  readonly data: string
  /** Database, keys of subjects, signing keys: control alone. */
  readonly state: string
  readonly audit: string
  /** Authority and certificates; `ca.pem` in it is for everybody. */
  readonly tls: string
  readonly log: string
  /** Sockets; gone after a restart of the host. */
  readonly run: string
}

/** `/var/lib/castellan` for root, else a folder of the user (XDG base directories). */
export function defaultDataDir(): string {
  if (process.getuid?.() === 0) return '/var/lib/castellan'
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'castellan')
}

/** The folders of an installation by its data folder. Socket paths are short, as Linux takes 107 bytes. */
export function foldersOf(dataDir: string): Folders {
  const data = realpathOr(resolve(dataDir))
  const name = createHash('sha256').update(data).digest('hex').slice(0, 12)
  const uid = process.getuid?.() ?? 0
  return {
    data,
    state: join(data, 'state'),
    audit: join(data, 'audit'),
    tls: join(data, 'tls'),
    log: join(data, 'log'),
    run: join(uid === 0 ? '/run/castellan' : (process.env['XDG_RUNTIME_DIR'] ?? `/tmp/castellan-${uid}`), name),
  }
}

export interface RunFolders {
  readonly link: string
  readonly log: string
  readonly peers: string
  readonly operator: string
  /** For control alone: where the helper is asked that looks at the installation. */
  readonly posture: string
  /** Written by control, read by edges. */
  readonly policy: string
}

/** Sockets lie in a folder for those who may connect; the folder's mode is the guard. */
export function runFolders({ run }: Folders): RunFolders {
  const of = (name: string) => join(run, name)
  return {
    link: of('link'),
    log: of('log'),
    peers: of('peers'),
    operator: of('operator'),
    posture: of('posture'),
    policy: of('policy'),
  }
}

/** The policy that control signed last. */
export function lastPolicyFile(folders: Folders): string {
  return join(runFolders(folders).policy, 'last.signed')
}

/** Makes all folders with owner and mode; those for sockets are emptied. Throws `start.folder`. */
export function makeFolders(folders: Folders, users: Users): void {
  try {
    makeFolder(folders.data, null, 0o755)
    makeFolder(folders.state, users.control, 0o700)
    makeFolder(folders.audit, users.control, 0o700)
    makeFolder(folders.tls, users.control, 0o755)
    makeFolder(folders.log, users.log, 0o750)
    const sockets = runFolders(folders)
    makeOwnFolder(dirname(folders.run)) // before anything in it is removed: whose ever it is could lead that elsewhere
    takeBack(sockets.policy)
    rmSync(folders.run, { recursive: true, force: true })
    makeFolder(folders.run, null, 0o755)
    for (const folder of [sockets.link, sockets.log, sockets.peers]) {
      makeFolder(
        folder,
        users.edge === null ? null : { uid: 0, gid: users.edge.gid },
        users.edge === null ? 0o700 : 0o750,
      )
    }
    makeFolder(sockets.operator, null, 0o700)
    if (users.control === null) makeFolder(sockets.posture, null, 0o700)
    else makeFolder(sockets.posture, { uid: 0, gid: users.control.gid }, 0o750)
    if (users.control === null || users.edge === null) makeFolder(sockets.policy, null, 0o700)
    else makeFolder(sockets.policy, { uid: users.control.uid, gid: users.edge.gid }, 0o750)
  } catch (error) {
    throw new CastellanError('start.folder', `The data folder ${folders.data} can't be used: ${errorText(error)}.`, {
      hint: 'Choose another with --data, on a disk that this user may write.',
      cause: error,
    })
  }
}

function makeFolder(path: string, owner: User | null, mode: number): void {
  mkdirSync(path, { recursive: true, mode })
  if (owner !== null) chownSync(path, owner.uid, owner.gid)
  chmodSync(path, mode)
}

/** Root without CAP_DAC_OVERRIDE, as the unit leaves it, may not empty a folder of control's before it is its own. */
function takeBack(path: string): void {
  if (process.getuid?.() === 0 && existsSync(path)) chownSync(path, 0, 0)
}

/**
 * The folder of all run folders of this user. In /tmp anybody may have made it first, and would then read what lies in
 * it; so it must be a real folder of this user in which nobody else may write.
 */
function makeOwnFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 })
  const found = lstatSync(path)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return
  throw new Error(`${path} belongs to another user, or others may write there`)
}

function realpathOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
