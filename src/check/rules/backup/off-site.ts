import type { Stack } from '../../stack.ts'
import { at, plain } from '../../text/tree.ts'
import { isOn } from './images.ts'
import type { BackupJob } from './jobs.ts'
import { isOpaque } from './jobs.ts'
import { GENERATIONS, REMOTE_REPOSITORY, SENDS } from './words.ts'

export interface OffSite {
  readonly known: 'yes' | 'no' | 'unknown'
  /** Why copies go nowhere, though there is a command that would send them. */
  readonly off: string | undefined
}

/** Switches of stacks, by name. */
const SWITCH =
  /(?:G?DRIVE|S3|B2|RCLONE|REMOTE|OFF_?SITE|CLOUD|SFTP|UPLOAD|SYNC|DROPBOX|WEBDAV)\w*_ENABLED?$|^(?:ENABLE|USE)_\w*(?:G?DRIVE|S3|B2|RCLONE|REMOTE|OFF_?SITE|CLOUD|SFTP|UPLOAD)/

/** Do copies of a job's backups go to another machine? */
export function offSiteOf(stack: Stack, job: BackupJob): OffSite {
  const off = [...job.environment.values()].find(({ name, value }) => SWITCH.test(name) && isFalse(value))
  if (off !== undefined) return { known: 'no', off: `${off.name} is off` }
  if (sends(stack, job)) return { known: 'yes', off: undefined }
  const image = job.image === undefined ? 'no' : isOn(job.image.sends, job.environment)
  if (image === 'yes') return { known: 'yes', off: undefined }
  return { known: image === 'unknown' || isHidden(stack, job) ? 'unknown' : 'no', off: undefined }
}

function isFalse(value: string | undefined): boolean {
  return value !== undefined && /^(?:|false|0|no|off)$/i.test(value.trim())
}

function sends(stack: Stack, job: BackupJob): boolean {
  if (job.commands.some(({ text }) => SENDS.test(text))) return true
  const tool = job.commands.some(({ text }) => GENERATIONS.test(text)) || job.image !== undefined
  return tool && repositoriesOf(stack, job).some((repository) => REMOTE_REPOSITORY.test(` ${repository}`))
}

/** Where restic, borg and their like write to, as far as it is written down. */
function repositoriesOf(stack: Stack, job: BackupJob): readonly string[] {
  const isRepository = (name: string) => /REPO(?:SITORY)?(?:_URL)?$|^(?:AUTOSSH_|DB_DUMP_TARGET)/.test(name)
  const own = [...job.environment.values()].flatMap(({ name, value }) => (isRepository(name) ? (value ?? '') : []))
  const written = job.service === undefined ? stack.env.filter(({ use }) => use === 'project') : []
  const ofFiles = written.flatMap(({ entries }) =>
    entries.flatMap(({ name, value }) => (isRepository(name) ? (value ?? '') : [])),
  )
  return [
    ...own,
    ...ofFiles,
    ...job.commands.filter(({ text }) => /repo|borg|restic/i.test(text)).map(({ text }) => text),
  ]
}

/** Its target is not told by the files, or it is a disk of its own as far as one can see. */
function isHidden(stack: Stack, job: BackupJob): boolean {
  if (isOpaque(job)) return true
  const repositories = repositoriesOf(stack, job)
  const tool = job.commands.some(({ text }) => GENERATIONS.test(text))
  if (tool && (repositories.length === 0 || repositories.some((text) => /\$\{?\w*REPO/i.test(text)))) return true
  if (job.commands.some(({ text }) => /(?:^|[\s"'=])\/(?:mnt|media|net|nas)\//.test(text))) return true
  return job.mounts.some(({ kind, source }) => {
    if (kind === 'bind') return /^\/(?:mnt|media|net|nas)\//.test(source)
    const options = at(stack.compose?.volumes.get(source)?.tree, 'driver_opts')
    return options !== undefined && /nfs|cifs|sshfs|addr=/i.test(JSON.stringify(plain(options)))
  })
}
