/** This machine, looked at from within: read-only, bounded in time, and with a reason for all that can't be seen. */
import { readFileSync, statSync } from 'node:fs'
import { wholeFile } from '../text/place.ts'
import { readCertificates } from './certificates.ts'
import { readSensitiveFiles } from './files.ts'
import { readFirewalls } from './firewalls.ts'
import type { ListeningSocket, LiveHost, LiveUpdates } from './host-types.ts'
import { KERNEL_SETTINGS } from './kernel-settings.ts'
import { ask } from './run.ts'
import { readSockets } from './sockets.ts'
import { readStorage } from './storage.ts'

export interface HostQuestions {
  /** Absolute paths of the stacks, in which secrets and dumps are looked for. */
  readonly folders?: readonly string[]
  /** Absolute paths at which volumes lie. */
  readonly volumes?: readonly string[]
  /** Absolute paths of certificates that proxies are set to use. */
  readonly certificates?: readonly string[]
  readonly dockerSocket?: string
}

export async function readLiveHost(questions: HostQuestions = {}): Promise<LiveHost> {
  const unknown: { what: string; reason: string }[] = []
  const note = (what: string, reason: string) => {
    unknown.push({ what, reason })
  }
  const { folders = [], volumes = [], certificates = [], dockerSocket = '/var/run/docker.sock' } = questions
  const [filters, timeSynchronised] = await Promise.all([readFirewalls(), readTimeSync(note)])
  const storage = readStorage(
    [
      { use: 'docker', path: '/var/lib/docker' },
      ...folders.map((path) => ({ use: 'stack' as const, path })),
      ...volumes.map((path) => ({ use: 'volume' as const, path })),
    ],
    { proc: '/proc', sys: '/sys' },
  )
  for (const { path, encrypted } of storage)
    if (encrypted === undefined) note(`encryption under ${path}`, 'its device does not say what lies below it')
  const mode = statOf(dockerSocket)?.mode
  const securityModules = textOf('/sys/kernel/security/lsm')?.trim().split(',')
  if (securityModules === undefined) note('security modules of the kernel', '/sys/kernel/security can not be read')
  return {
    sockets: socketsOrNote(note),
    firewalls: filters.firewalls,
    firewallSeen: filters.firewallSeen,
    storage,
    files: readSensitiveFiles(folders),
    certificates: readCertificates(certificates, note),
    updates: readUpdates(note),
    timeSynchronised,
    sysctl: readKernelSettings(),
    securityModules,
    dockerSocket: mode === undefined ? undefined : { path: dockerSocket, mode: mode & 0o7777 },
    auditedAt: statOf('/var/log/lynis-report.dat')?.mtimeMs,
    unknown: [...filters.unknown, ...unknown],
  }
}

type Note = (what: string, reason: string) => void

function socketsOrNote(note: Note): readonly ListeningSocket[] {
  try {
    return readSockets()
  } catch {
    note('listening sockets', '/proc/net can not be read')
    return []
  }
}

async function readTimeSync(note: Note): Promise<boolean | undefined> {
  // systemd-timesyncd leaves this file once it has set the clock.
  if (statOf('/run/systemd/timesync/synchronized') !== undefined) return true
  const answer = await ask('timedatectl', 'show', '--property=NTPSynchronized', '--value')
  const said = answer.ok ? answer.text.trim() : ''
  if (said === 'yes' || said === 'no') return said === 'yes'
  note('whether the clock is set by the network', answer.ok ? 'timedatectl does not say' : answer.reason)
  return undefined
}

/** Only what is cheap: no package tool is started, as that could wait for locks for minutes. */
function readUpdates(note: Note): LiveUpdates {
  const stamps = [
    '/var/lib/apt/periodic/update-success-stamp',
    '/var/lib/apt/periodic/update-stamp',
    '/var/cache/dnf/last_makecache',
  ]
  const checkedAt = stamps.map((path) => statOf(path)?.mtimeMs).find((at) => at !== undefined)
  if (checkedAt === undefined) note('when updates were last looked for', 'neither apt nor dnf left a stamp')
  // Written by update-notifier where that is installed.
  const counted = /(\d+) (?:of these )?updates? (?:is a|are|is) (?:standard )?security/.exec(
    textOf('/var/lib/update-notifier/updates-available') ?? '',
  )
  return {
    checkedAt,
    security: counted === null ? undefined : Number(counted[1]),
    rebootRequired: statOf('/run/reboot-required') !== undefined,
    at: wholeFile('host:updates'),
  }
}

function readKernelSettings(): Readonly<Record<string, string>> {
  const read = KERNEL_SETTINGS.flatMap(({ name }) => {
    const of = (setting: string) => textOf(`/proc/sys/${setting.replace(/\./g, '/')}`)?.trim()
    // The kernel takes the larger one of `all` and of the interface, for which `default` stands (ip-sysctl.rst).
    const value = name.endsWith('all.rp_filter') && of(name) === '0' ? of(name.replace('.all.', '.default.')) : of(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(read)
}

function statOf(path: string): { readonly mode: number; readonly mtimeMs: number } | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
