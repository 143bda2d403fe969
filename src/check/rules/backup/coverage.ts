import { relative } from 'node:path'
import { isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'
import type { KeptPlace } from './data.ts'
import { type BackupJob, isOpaque } from './jobs.ts'
import { DUMPS } from './words.ts'

/** Databases by their images, and how their dumps are made. */
const ENGINES: readonly (readonly [image: RegExp, dump: RegExp])[] = [
  [/couch/i, /couch/i],
  [/mongo/i, /mongodump|mongodb-backup/],
  [/mysql|maria|percona/i, /mysql|maria|xtrabackup/i],
  [/postgres|postgis|timescale|pgvector/i, /\bpg_|postgres|wal-g|barman|backrest|invoke\s+backup|dbbackup|pg-backup/],
]

/** Commands that put files into a backup. */
const TAKES =
  /\b(?:restic|rustic|borg|borgmatic|kopia|duplicity|duplicacy|rsnapshot|tar|rsync|rclone|cp|zip|7z|aws|gsutil|mc|scp|age|rage|gpg|mediabackup|invoke\s+backup)\b/

/** Is a place in a backup, as far as the files tell? */
export function isCovered(stack: Stack, jobs: readonly BackupJob[], place: KeptPlace): boolean {
  return jobs.some((job) => isDumped(job, place) || isMounted(job, place) || isNamed(stack, job, place))
}

function isDumped(job: BackupJob, { kind, service }: KeptPlace): boolean {
  if (kind !== 'database') return false
  if (isOpaque(job)) return true
  const image = job.image?.images.join(' ') ?? ''
  const dumps = job.image?.keeps === 'database' || job.image?.keeps === 'both'
  const texts = job.commands.map(({ text }) => text).filter((text) => DUMPS.test(text))
  if (!dumps && texts.length === 0) return false
  const engine = ENGINES.find(([pattern]) => pattern.test(`${service?.image?.value.repository ?? ''} ${service?.name}`))
  return engine === undefined || texts.some((text) => engine[1].test(text)) || (dumps && engine[1].test(image))
}

/** The job's container sees it, and takes what it sees. */
function isMounted(job: BackupJob, place: KeptPlace): boolean {
  if (job.image?.keeps === 'database') return false
  return job.mounts.some((mount) => {
    if (!overlaps(mount.kind, mount.source, place)) return false
    if (job.commands.length === 0 || job.image !== undefined) return true
    return job.commands.some(({ text }) => TAKES.test(text) && pathsIn(text).some((path) => near(path, mount.target)))
  })
}

function overlaps(kind: string, source: string, { mount, hostPath }: KeptPlace): boolean {
  if (kind === 'volume') return source !== '' && mount?.kind === 'volume' && mount.source === source
  return kind === 'bind' && hostPath !== undefined && near(source, hostPath)
}

/** One of them is the other, or lies within it. */
function near(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one)
}

function pathsIn(text: string): readonly string[] {
  return wordsOf(text).filter((word) => word.length > 1 && word.startsWith('/'))
}

/** A command names it: by the volume, by its path on the host or in the container, or by a folder above it. */
function isNamed(stack: Stack, job: BackupJob, place: KeptPlace): boolean {
  // Folders that a script goes to before it works stand for the installation's own.
  const homes = new Set(job.commands.flatMap(({ text }) => /\bcd\s+["']?([^\s"';&|]+)/.exec(text)?.[1] ?? []))
  const own = relativePaths(stack, place)
  return job.commands.some(({ text }) => {
    if (!TAKES.test(text)) return false
    const inFolder = /\s(?:-C|--directory)[\s=]/.test(text)
    return wordsOf(text.replace(/\bcd\s+\S+/g, '')).some((word) => {
      if (place.mount?.kind === 'volume' && word.split(/[:/]/).some((part) => isVolume(part, place.mount!.source)))
        return true
      if (word.startsWith('/') && word.length > 1 && place.service !== undefined && isWithin(place.path, word))
        return true
      if (homes.has(word) || (word === '.' && !inFolder) || word === stack.folder) return own.length > 0
      return own.some((path) => word === path || word.endsWith(`/${path}`))
    })
  })
}

/** Docker puts the project's name in front: `shop_db-data`. */
function isVolume(word: string, volume: string): boolean {
  return word === volume || word.endsWith(`_${volume}`)
}

/** `secrets/key` and `secrets`: the path as the installation's folder sees it, and the folders above it. */
function relativePaths(stack: Stack, { hostPath }: KeptPlace): readonly string[] {
  if (hostPath === undefined) return []
  const path = relative(stack.folder, hostPath)
  if (path === '' || path.startsWith('..')) return [hostPath]
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** Without quotes, slashes at the end, and `./` in front. */
function wordsOf(text: string): readonly string[] {
  return text
    .split(/[\s"'=,;()|&<>]+/)
    .map((word) => word.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, ''))
    .filter((word) => word !== '' && !word.startsWith('-'))
}
