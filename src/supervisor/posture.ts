import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { PostureConfig } from '../config/posture-schema.ts'
import { powers } from '../helpers/posture/powers.ts'
import type { PostureBoot } from '../helpers/posture/protocol.ts'
import { CastellanError } from '../kernel/errors.ts'
import { openLikeFolder } from './bind.ts'
import type { User } from './boot.ts'
import { entryPoint, environment, postureFlags } from './processes.ts'

export interface PostureDoorOptions {
  /** Path of the socket, in a folder that control alone may enter. */
  readonly path: string
  readonly user: User | null
  /** What castellan.yaml says at the moment; undefined: nothing is to be looked at. */
  settings(): PostureConfig | undefined
}

/**
 * Starts the helper for each question of control, and ends it when control hangs up: the supervisor tells it what it is
 * about and passes bytes on, without reading them. What may be asked about stands in castellan.yaml, which is root's.
 */
export async function openPostureDoor(options: PostureDoorOptions): Promise<{ close(): void }> {
  const running = new Set<ChildProcess>()
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    const settings = options.settings()
    // Control asks one question at a time; the process of the one before may still be ending.
    if (settings === undefined || running.size > 1) return void socket.destroy()
    const child = startHelper(settings, options.user)
    running.add(child)
    child.on('close', () => running.delete(child))
    join(socket, child)
  })
  if (Buffer.byteLength(options.path) > 107)
    throw new CastellanError('start.path-too-long', `The socket path ${options.path} is too long for Linux.`)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.path, resolve))
  openLikeFolder(options.path)
  return {
    close() {
      server.close()
      for (const child of running) child.kill('SIGKILL')
    },
  }
}

/** Control that hangs up has given the answer up. */
function join(socket: Socket, child: ChildProcess): void {
  const end = () => {
    child.kill('SIGKILL')
    socket.destroy()
  }
  child.on('error', end)
  child.stdin!.on('error', end)
  socket.on('close', end)
  socket.pipe(child.stdin!, { end: false })
  child.stdout!.pipe(socket)
}

function startHelper(settings: PostureConfig, user: User | null): ChildProcess {
  const { command, becomes } = readerCommand(user, settings.docker)
  const [program = process.execPath, ...args] = [...command, process.execPath]
  const flags = postureFlags(settings)
  const child = spawn(program, [...args, ...flags, entryPoint('helpers/posture/main')], {
    env: environment(),
    cwd: '/',
    // Its errors could quote what it reads.
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const { guide, folder, docker, host } = settings
  const boot: PostureBoot = { user: becomes, guide, folder, docker, host }
  child.stdin!.write(`${JSON.stringify(boot)}\n`)
  return child
}

/** What stands before Node, and whom the process itself has to become. */
function readerCommand(user: User | null, docker: boolean): { command: readonly string[]; becomes: User | null } {
  const setpriv = findSetpriv()
  const { readsAll, setsCapabilities } = powers()
  if (user === null || setpriv === undefined || !readsAll) return { command: [], becomes: user }
  const group = docker ? dockerGroup() : undefined
  const command = [
    setpriv,
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    group === undefined ? '--clear-groups' : `--groups=${group}`,
    '--inh-caps=-all,+dac_read_search',
    '--ambient-caps=-all,+dac_read_search',
    // Without new privileges nothing can come back; the bounding set says so twice, where it may be changed.
    ...(setsCapabilities ? ['--bounding-set=-all,+dac_read_search'] : []),
    '--no-new-privs',
    '--',
  ]
  return { command, becomes: null }
}

/** What is not as it should be with the process that reads, in words for the operator. */
export function postureGap(settings: PostureConfig | undefined, user: User | null): string | undefined {
  if (settings === undefined || user === null) return undefined
  const what = 'The posture helper reads only files that are open to everybody'
  if (findSetpriv() === undefined) return `${what}: setpriv (util-linux) is not installed.`
  return powers().readsAll ? undefined : `${what}: Castellan was started without CAP_DAC_READ_SEARCH.`
}

function findSetpriv(): string | undefined {
  return ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
}

/** Group of the engine's socket; none when it is root's, which the helper must not be. */
function dockerGroup(): number | undefined {
  const group = statSync('/var/run/docker.sock', { throwIfNoEntry: false })?.gid
  return group === 0 ? undefined : group
}
