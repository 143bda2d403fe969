import { serviceFacts } from '../../profile/service.ts'
import type { CommandFile } from '../../readers/automation/types.ts'
import type { EnvironmentValue, Mount, Service } from '../../readers/compose/types.ts'
import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { plain } from '../../text/tree.ts'
import { baseName, commandFilesOf, runningCommands, stepsOf } from '../automation/running.ts'
import { type BackupImage, backupImage } from './images.ts'
import { makesBackup } from './words.ts'

/** Something that makes backups: a service, the scripts of the machine together, or an object of a cluster. */
export interface BackupJob {
  /** For messages: `the service backup`, `scripts/backup.sh`. */
  readonly name: string
  readonly at: Place
  readonly service: string | undefined
  /** What it runs, as far as it can be seen. */
  readonly commands: readonly JobCommand[]
  readonly image: BackupImage | undefined
  readonly mounts: readonly Mount[]
  readonly environment: ReadonlyMap<string, EnvironmentValue>
  /** Something starts it by itself. */
  readonly scheduled: boolean
}

export interface JobCommand {
  readonly text: string
  readonly at: Place
  /** Last part of the name of the file that it stands in. */
  readonly file: string
}

const known = new WeakMap<Stack, readonly BackupJob[]>()

/** Everything that makes backups; the same array at every call. */
export function backupJobs(stack: Stack): readonly BackupJob[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const services = (stack.compose?.services ?? []).flatMap((service) => serviceJob(stack, service) ?? [])
  const taken = new Set(services.flatMap(({ commands }) => commands.map(({ at }) => at.file)))
  const objects = stack.kubernetes.flatMap((object) => clusterJob(object) ?? [])
  const jobs = [...services, ...hostJob(stack, taken), ...objects]
  known.set(stack, jobs)
  return jobs
}

/** A job of which one can't see what it does: its image is set up elsewhere. */
export function isOpaque({ image, commands }: BackupJob): boolean {
  return image === undefined ? commands.length === 0 : image.encrypts === 'unknown'
}

function serviceJob(stack: Stack, service: Service): BackupJob | undefined {
  const image = backupImage(service)
  const role = serviceFacts(stack.profile, service.name, service.image?.value.text)?.role
  const own = [...service.entrypoint, ...service.command].map(({ value, at }) => ({ text: value, at, file: '' }))
  const words = { text: own.map(({ text }) => text).join(' '), at: service.at, file: '' }
  const isNamed = image !== undefined || role === 'backup'
  if (!isNamed && !(makesBackup(words.text, '') && role !== 'database')) return undefined
  const files = commandFilesOf(stack, 'script', 'crontab', 'build').filter(({ path }) => belongsTo(service, path))
  return {
    name: `the service ${service.name}`,
    at: service.at,
    service: service.name,
    commands: [...(words.text === '' ? [] : [words]), ...files.flatMap(commandsIn)],
    image,
    mounts: service.mounts,
    environment: service.environment,
    scheduled: service.profiles.length === 0 || isRun(stack, service.name),
  }
}

/** Scripts that are built into the image of a service, or mounted into its container. */
function belongsTo({ build, mounts }: Service, path: string): boolean {
  if (build !== undefined && isWithin(path, build.value.context)) return true
  return mounts.some(({ kind, source }) => kind === 'bind' && isWithin(path, source))
}

function commandsIn({ path, commands }: CommandFile): readonly JobCommand[] {
  return commands.map(({ expanded, at }) => ({ text: expanded, at, file: baseName(path) }))
}

function isRun(stack: Stack, service: string): boolean {
  return runningCommands(stack).some(({ text }) => /\bdocker\b/.test(text) && text.split(/\s+/).includes(service))
}

/** Names of scripts that belong to a backup, though they make none themselves. */
const HELPER = /backup|dump|encrypt|upload|off-?site|sync/i

/** The scripts, crontabs and units of the machine work together: dump, encrypt, send. They count as one. */
function hostJob(stack: Stack, taken: ReadonlySet<string>): readonly BackupJob[] {
  const files = commandFilesOf(stack, 'script', 'crontab', 'unit').filter(({ shown }) => !taken.has(shown))
  const makers = files.filter(({ path, commands }) =>
    commands.some(({ expanded }) => makesBackup(expanded, baseName(path))),
  )
  const steps = stepsOf(stack).filter(
    ({ events, commands }) => events.has('schedule') && commands.some(({ expanded }) => makesBackup(expanded, '')),
  )
  const first = makers[0]?.commands.find(({ expanded }) => makesBackup(expanded, baseName(makers[0]!.path)))
  const at = first?.at ?? steps[0]?.at
  if (at === undefined) return []
  const helpers = files.filter(
    (file) => makers.includes(file) || (HELPER.test(baseName(file.path)) && !/restor/i.test(file.path)),
  )
  const ofSteps = steps.flatMap(({ commands }) => commands.map((one) => ({ text: one.expanded, at: one.at, file: '' })))
  const commands = [...makers, ...helpers.filter((file) => !makers.includes(file))].flatMap(commandsIn)
  return [
    {
      name: [...new Set([...makers.map(({ shown }) => shown), ...steps.map((one) => one.at.file)])]
        .slice(0, 3)
        .join(', '),
      at,
      service: undefined,
      commands: [...commands, ...ofSteps],
      image: undefined,
      mounts: [],
      environment: new Map(),
      scheduled: steps.length > 0 || runsAny(stack, makers),
    },
  ]
}

function runsAny(stack: Stack, files: readonly CommandFile[]): boolean {
  const places = new Set(runningCommands(stack).map(({ at }) => `${at.file}:${at.line}`))
  return files.some(({ path, commands }) =>
    commands.some(({ expanded, at }) => makesBackup(expanded, baseName(path)) && places.has(`${at.file}:${at.line}`)),
  )
}

/** Operators of clusters that make backups: CloudNativePG, Velero, k8up, Stash, Crunchy, Percona. */
const OPERATORS = /^(?:ScheduledBackup|BackupConfiguration|PostgresCluster|PerconaPGCluster|PerconaServerMongoDB)$/

function clusterJob(object: KubernetesObject): BackupJob | undefined {
  const isSchedule = object.kind === 'Schedule' && /^(?:velero\.io|k8up\.io)\//.test(object.apiVersion)
  const texts = (object.workload?.containers ?? []).map(({ tree }) => JSON.stringify(plain(tree)).slice(0, 4_000))
  const text = texts.find((one) => makesBackup(one, object.name))
  if (text === undefined && !isSchedule && !OPERATORS.test(object.kind)) return undefined
  return {
    name: `the ${object.kind} ${object.name}`,
    at: object.at,
    service: object.name,
    commands: text === undefined ? [] : [{ text, at: object.at, file: '' }],
    image: undefined,
    mounts: [],
    environment: new Map(),
    scheduled: object.kind !== 'Job',
  }
}
