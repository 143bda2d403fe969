import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ListenAddress } from '../config/listen.ts'
import type { Policy } from '../config/policy.ts'
import { CastellanError, errorText } from '../kernel/errors.ts'
import { type BoundSocket, bindTcp, bindUnix } from './bind.ts'
import type { ChildEvent, EdgeBoot, Listening, ToControlProcess } from './boot.ts'
import { type Child, startChild } from './child.ts'
import { type Folders, foldersOf, lastPolicyFile, makeFolders, runFolders } from './folders.ts'
import { lockData } from './lock-data.ts'
import { openPostureDoor, postureGap } from './posture.ts'
import { controlFlags, edgeFlags, edgeHeapFlags, entryPoint, logFlags, programFolder } from './processes.ts'
import { checkReach } from './reach.ts'
import { demandSameListeners } from './same-listeners.ts'
import { readUsers, type Users } from './users.ts'

export interface SupervisorOptions {
  readonly dataDir: string
  /** Reads the configuration; called at start and at every reload. Throws what is wrong with it. */
  load(): Policy
  /** Says something to the operator; one line. */
  say(line: string): void
}

/** What is known once every process serves. */
export interface Serving {
  /** Link that makes the first administrator; null when there is one. */
  readonly setup: string | null
  /** Path of the internal authority's certificate; null when the certificates are others'. */
  readonly ca: string | null
  /** What is not enforced, in words; empty when every border is. */
  readonly posture: readonly string[]
}

type Secured = BoundSocket & { readonly listening: Listening }

const STOP_LIMIT = 15_000
/** Pauses before a process is started again that ended before it served, by how often that was so in a row. */
const PAUSES = [0, 100, 500, 2_000, 5_000]
/** A start is given up when one of the processes ended so often. */
const START_ATTEMPTS = 3

/** Binds the sockets, starts the processes and starts them again when one ends. Holds no request and no secret. */
export class Supervisor {
  private readonly options: SupervisorOptions
  private readonly users: Users
  private readonly posture: readonly string[]
  private readonly folders: Folders
  private readonly serving = Promise.withResolvers<Serving>()
  private readonly children = new Map<string, Child>()
  private readonly closers: (() => void)[] = []
  private readonly seed = randomBytes(16).toString('base64url')
  private readonly waiting = new Set<string>()
  /** How often in a row a process ended before it served. */
  private readonly failures = new Map<string, number>()
  private policy: Policy
  private listeners: Secured[] = []
  private info: Serving | undefined
  /** What edges trust that start while control is away; null until control has served. */
  /** Read, and not in force before control says so: a control that starts again is given one that was accepted. */
  private offered: Policy | undefined
  private policyKey: string | null = null
  private stopping = false

  private constructor(options: SupervisorOptions, policy: Policy) {
    this.options = options
    this.policy = policy
    this.folders = foldersOf(options.dataDir)
    const { users, gap } = readUsers(programFolder())
    this.users = users
    const reader = postureGap(policy.config.posture, users.posture)
    this.posture = [gap, reader].filter((text) => text !== undefined)
  }

  /** Starts everything; resolves once requests are served. Throws CastellanError `start.*`, with nothing left over. */
  static async start(options: SupervisorOptions): Promise<{ supervisor: Supervisor; serving: Serving }> {
    const supervisor = new Supervisor(options, options.load())
    try {
      await supervisor.open()
      return { supervisor, serving: await supervisor.serving.promise }
    } catch (error) {
      await supervisor.stop()
      throw error
    }
  }

  /** Reads the configuration again and hands it to control. Throws what is wrong; the old one then stays in force. */
  reload(): void {
    let message: ToControlProcess
    try {
      const policy = this.options.load()
      demandSameListeners(this.policy, policy)
      message = { type: 'reload', policy }
      this.offered = policy
    } catch (error) {
      message = { type: 'reload-failed', message: errorText(error) }
    }
    this.children.get('control')?.send(message)
  }

  /** Edges first, so that requests under way can end; then control; the log writer last. */
  async stop(): Promise<void> {
    if (this.stopping) return
    this.stopping = true
    const stopAll = (wanted: (name: string) => boolean) =>
      Promise.all([...this.children].flatMap(([name, child]) => (wanted(name) ? [child.stop(STOP_LIMIT)] : [])))
    await stopAll((name) => name.startsWith('edge') || name === 'scratch')
    await stopAll((name) => name === 'control')
    await stopAll(() => true)
    for (const close of this.closers) close()
  }

  private async open(): Promise<void> {
    this.closers.push(await lockData(this.folders))
    makeFolders(this.folders, this.users)
    checkReach(this.folders, this.users)
    this.listeners = await this.bindListeners()
    const { config } = this.policy
    const count = config.edges ?? availableParallelism()
    const paths = runFolders(this.folders)
    const peers = count === 1 ? [] : Array.from({ length: count }, (_, index) => join(paths.peers, `${index}.sock`))
    const peerFds = peers.map((path) => this.keep(bindUnix(path)).fd)
    this.waiting.add('log').add('control')
    const door = await openPostureDoor({
      path: join(paths.posture, 'posture.sock'),
      user: this.users.posture,
      settings: () => this.policy.config.posture,
    })
    this.closers.push(() => door.close())
    this.startLog()
    this.startControl()
    for (let index = 0; index < count; index++) {
      this.waiting.add(`edge ${index + 1}`)
      this.startEdge(
        `edge ${index + 1}`,
        { index, count, scratch: false, peers, peerFd: peerFds[index] ?? null },
        this.listeners,
      )
    }
  }

  private async bindListeners(): Promise<Secured[]> {
    const { config } = this.policy
    const bind = async (address: ListenAddress, secure: boolean): Promise<Secured> => {
      const bound = this.keep(await bindTcp(address))
      return { ...bound, listening: { ...bound.address, secure } }
    }
    const found: Secured[] = []
    for (const address of config.listen ?? [defaultListen(config.portal)]) found.push(await bind(address, true))
    for (const address of config.http) found.push(await bind(address, false))
    return found
  }

  private startLog(): void {
    const { log } = this.folders
    const fd = this.keep(bindUnix(join(runFolders(this.folders).log, 'log.sock'))).fd
    const { size, keep } = this.policy.config.log
    const boot = { user: this.users.log, fd: 3, folder: log, maxBytes: size * 1_048_576, keep }
    this.run('log', { script: entryPoint('helpers/log/main'), flags: logFlags(log), fds: [fd], boot: () => boot })
  }

  private startControl(): void {
    const paths = runFolders(this.folders)
    const fds = [
      this.keep(bindUnix(join(paths.link, 'control.sock'))).fd,
      this.keep(bindUnix(join(paths.link, 'portal.sock'))).fd,
      this.keep(bindUnix(join(paths.operator, 'operator.sock'))).fd,
    ]
    const boot = () => ({
      user: this.users.control,
      policy: this.policy,
      folders: this.folders,
      edgeFd: 3,
      portalFd: 4,
      operatorFd: 5,
      doors: this.listeners.map(({ listening }) => listening),
      posture: this.posture,
    })
    this.run('control', { script: entryPoint('control/main'), flags: controlFlags, fds, boot })
  }

  private startEdge(
    name: string,
    place: Pick<EdgeBoot, 'index' | 'count' | 'scratch' | 'peers' | 'peerFd'>,
    listeners: readonly Secured[],
  ): void {
    const paths = runFolders(this.folders)
    const peerFds = place.peerFd === null ? [] : [place.peerFd]
    const boot = (): EdgeBoot => ({
      ...place,
      user: this.users.edge,
      listeners: listeners.map(({ listening: { secure } }, index) => ({ fd: 3 + index, secure })),
      controlSocket: join(paths.link, 'control.sock'),
      portalSocket: join(paths.link, 'portal.sock'),
      logSocket: join(paths.log, 'log.sock'),
      peerFd: place.peerFd === null ? null : 3 + listeners.length,
      seed: this.seed,
      lastPolicy:
        place.scratch || this.policyKey === null
          ? null
          : { file: lastPolicyFile(this.folders), publicKey: this.policyKey },
    })
    const fds = [...listeners.map(({ fd }) => fd), ...peerFds]
    this.run(name, {
      script: entryPoint('edge/main'),
      flags: [...edgeHeapFlags, ...edgeFlags(paths.policy)],
      fds,
      boot,
    })
  }

  /** Starts a process, and starts it again whenever it ends before the supervisor does. */
  private run(
    name: string,
    spec: { script: string; flags: readonly string[]; fds: readonly number[]; boot: () => unknown },
  ): void {
    const failed = this.failures.get(name) ?? 0
    this.failures.set(name, failed + 1) // until it serves
    const child = startChild({
      ...spec,
      name,
      boot: spec.boot(),
      onEvent: (event) => this.onEvent(name, event),
      onExit: (code, signal) => {
        if (this.children.get(name) === child) this.children.delete(name)
        if (this.stopping || name === 'scratch') return
        if (name === 'control') void this.children.get('scratch')?.stop(STOP_LIMIT) // nobody else would end it
        this.options.say(`${name} ended (${signal ?? `code ${code}`}) and is started again`)
        const failures = this.failures.get(name) ?? 0
        if (failures === START_ATTEMPTS) this.serving.reject(notStarting(name, signal ?? `code ${code}`)) // heard at start only
        const pause = PAUSES[Math.min(failures, PAUSES.length - 1)]
        setTimeout(() => {
          if (!this.stopping) this.run(name, spec)
        }, pause)
      },
    })
    this.children.set(name, child)
  }

  private onEvent(name: string, event: ChildEvent): void {
    if (event.event === 'ready' || event.event === 'serving') {
      this.waiting.delete(name)
      this.failures.delete(name)
    }
    if (event.event === 'serving') {
      this.info = { setup: event.setup, ca: event.ca, posture: this.posture }
      this.policyKey = event.policyKey
    } else if (event.event === 'failed') {
      const hint = event.hint === null ? {} : { hint: event.hint }
      this.serving.reject(new CastellanError(event.code, event.message, hint))
      if (this.info !== undefined) this.options.say(`${name}: ${event.message}`)
    } else if (event.event === 'reload-wanted') this.reload()
    else if (event.event === 'adopted') {
      if (this.offered?.version === event.version) this.policy = this.offered
    } else if (event.event === 'scratch-wanted') void this.startScratch()
    else if (event.event === 'scratch-done') void this.children.get('scratch')?.stop(STOP_LIMIT)
    if (this.waiting.size === 0 && this.info !== undefined) this.serving.resolve(this.info)
  }

  /** A gate beside the real one, on ports of its own on loopback, for counter-proofs. */
  private async startScratch(): Promise<void> {
    try {
      await this.children.get('scratch')?.stop(STOP_LIMIT)
      if (this.stopping) return
      const bind = async (secure: boolean): Promise<Secured> => {
        const bound = await bindTcp({ host: '127.0.0.1', port: 0 })
        return { ...bound, listening: { ...bound.address, secure } }
      }
      const listeners = [await bind(true), await bind(false)]
      this.startEdge('scratch', { index: 0, count: 1, scratch: true, peers: [], peerFd: null }, listeners)
      for (const { close } of listeners) close()
      this.children.get('control')?.send({ type: 'scratch', doors: listeners.map(({ listening }) => listening) })
    } catch (error) {
      this.options.say(`the scratch gate for counter-proofs did not start: ${errorText(error)}`)
    }
  }

  private keep<T extends BoundSocket>(socket: T): T {
    this.closers.push(() => socket.close())
    return socket
  }
}

function notStarting(name: string, how: string): CastellanError {
  return new CastellanError('start.process', `The process ${name} ends again and again (${how}) before it serves.`, {
    hint: 'What it wrote above says why.',
  })
}

function defaultListen(portal: string): ListenAddress {
  const { port } = new URL(portal)
  return { host: '::', port: port === '' ? 443 : Number(port) }
}
