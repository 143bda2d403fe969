import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Policy } from '../../config/policy.ts'
import { guards } from '../../guards/index.ts'
import type { GuardSpec, Inspection, ProofCase } from '../../kernel/guard.ts'
import { type Proof, type ProofSummary, summarize } from '../../kernel/proof.ts'
import type { Ticket } from '../../kernel/request.ts'
import type { Store } from '../../store/database.ts'
import { keepProofs } from '../../store/proofs.ts'
import type { ControlBoot, Listening } from '../../supervisor/boot.ts'
import type { AuditTrail } from '../services.ts'
import { createClients } from './clients.ts'
import { CounterProofs } from './counter-proofs.ts'
import { answers, findDoors, reachable } from './doors.ts'
import { examine, inspect } from './examine.ts'
import { type Bases, type FrontOptions, openFront } from './front.ts'
import { Scratch, type ScratchPort } from './scratch.ts'
import { type Sighting, toProofs } from './sighting.ts'
import { TicketBook } from './tickets.ts'
import { type Trust, trustInternal, trustPublic } from './wire.ts'

export interface ProverOptions {
  readonly boot: Pick<ControlBoot, 'doors' | 'folders'>
  readonly store: Store
  readonly trail: AuditTrail
  policy(): Policy
  /** Path of the internal authority's certificate; null when certificates are others'. */
  ca(): string | null
  readonly ticketKey: string
  readonly supervisor: ScratchPort
  failed(error: unknown): void
}

export interface ProofRun {
  readonly proofs: readonly Proof[]
  readonly summary: ProofSummary
}

/** The pairs of every guard, made once a run. */
type Cases = ReadonlyMap<GuardSpec<Policy>, readonly ProofCase[]>

const START_PATIENCE = 30_000
const START_PAUSE = 100

/** Runs the proofs: at start, on a schedule and on demand, one run at a time. */
export class Prover {
  private readonly options: ProverOptions
  private readonly tickets: TicketBook
  private readonly scratch: Scratch
  private readonly counterProofs = new CounterProofs()
  private running: Promise<ProofRun> | undefined
  private last: ProofRun | undefined
  private timer: NodeJS.Timeout | undefined
  private closed = false

  constructor(options: ProverOptions) {
    this.options = options
    this.tickets = new TicketBook(options.ticketKey)
    this.scratch = new Scratch(options.supervisor)
  }

  /** The ticket of this number, once. */
  redeem = (id: string): Ticket | null => this.tickets.redeem(id)

  /** What the last run saw; undefined before the first has ended. */
  latest(): ProofRun | undefined {
    return this.last
  }

  /** Runs all proofs. Calls while one is under way share it. */
  run(): Promise<ProofRun> {
    this.running ??= this.prove().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Called when the scratch gate that was asked for has its addresses. */
  scratchOpened(doors: readonly Listening[]): void {
    this.scratch.opened(doors)
  }

  /** The first run begins when the front door answers, and each later one a while after the last. */
  start(): void {
    void this.firstRun().catch(this.options.failed)
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
  }

  private async firstRun(): Promise<void> {
    const end = Date.now() + START_PATIENCE
    for (const { host, port } of this.options.boot.doors) {
      while (!this.closed && Date.now() < end && !(await answers(reachable(host)[0]!, port))) {
        await new Promise((resolve) => setTimeout(resolve, START_PAUSE))
      }
    }
    await this.scheduled()
  }

  private async scheduled(): Promise<void> {
    if (this.closed) return
    await this.run().catch(this.options.failed)
    if (this.closed) return
    this.timer = setTimeout(() => void this.scheduled(), this.options.policy().config.proofs.every)
    this.timer.unref()
  }

  /** What was seen while another policy came into force is seen again. */
  private async prove(): Promise<ProofRun> {
    const run = randomUUID()
    const policy = this.options.policy()
    let proofs = await this.look(policy, run)
    const now = this.options.policy()
    if (now.version !== policy.version) proofs = await this.look(now, run)
    this.last = { proofs, summary: summarize(proofs) }
    if (!this.closed) await this.keep(run, this.last)
    return this.last
  }

  private async look(policy: Policy, run: string): Promise<Proof[]> {
    const clients = createClients(policy)
    const bases: Bases = new Map()
    const front = { policy, trust: await this.readTrust(policy), bases, clients, tickets: this.tickets }
    const cases = new Map(guards.map((guard) => [guard, guard.cases?.(policy) ?? []] as const))
    const seen = await this.lookThroughDoors({ ...front, client: clients.any(), without: null }, cases)
    const sightings = [...seen, ...(await this.lookAtFiles(policy, run))]
    const found = toProofs(sightings, new Date().toISOString())
    await this.counter({ ...front, client: clients.any() }, cases, found)
    const order = guards.flatMap(({ controls }) => controls.map(({ id }) => id))
    return found
      .map((proof) => this.counterProofs.temper(proof, guards))
      .sort((one, other) => order.indexOf(one.control) - order.indexOf(other.control))
  }

  private async lookThroughDoors(options: FrontOptions, cases: Cases): Promise<Sighting[]> {
    const front = openFront(options)
    const sightings: Sighting[] = []
    try {
      for (const door of await findDoors(this.options.boot.doors)) {
        for (const [guard, pairs] of cases) {
          if (this.closed) return sightings
          sightings.push(...(await examine(guard, pairs, front.probe(door))))
        }
      }
      return sightings
    } finally {
      front.close()
    }
  }

  private async lookAtFiles(policy: Policy, run: string): Promise<Sighting[]> {
    const { trail, boot, failed } = this.options
    const mark = { id: run, event: 'proofs.begun', actor: 'castellan', data: { policy: policy.version } }
    const entry = await trail.append([mark]).then(
      () => run,
      (error: unknown) => {
        failed(error)
        return ''
      },
    )
    const inspection: Inspection<Policy> = { policy, audit: { folder: boot.folders.audit, entry } }
    const seen = await Promise.all(guards.map((guard) => inspect(guard, inspection)))
    return seen.flat()
  }

  private async counter(base: Omit<FrontOptions, 'without'>, cases: Cases, proofs: readonly Proof[]): Promise<void> {
    const wanting = this.counterProofs.wanting(base.policy, guards, proofs)
    if (wanting.length === 0 || this.closed) return
    const made = await this.scratch.borrow(async (doors) => {
      for (const guard of wanting) {
        const front = openFront({ ...base, without: guard.id })
        await this.counterProofs.run(guard, cases.get(guard) ?? [], doors, front.probe).finally(front.close)
      }
      return true
    })
    if (made === undefined) this.counterProofs.unavailable(wanting)
  }

  private async keep(run: string, { proofs, summary }: ProofRun): Promise<void> {
    const { store, trail } = this.options
    const wanting = proofs.filter(({ state }) => state !== 'holds').map(({ control, state }) => `${control} ${state}`)
    await keepProofs(store, run, Date.now(), proofs)
    await trail.append([{ event: 'proofs.run', actor: 'castellan', data: { run, ...summary, wanting } }])
  }

  private async readTrust({ config }: Policy): Promise<Trust> {
    const path = this.options.ca()
    if (path !== null) return trustInternal(await readFile(path, 'utf8'))
    if (config.tls.issuer !== 'files') return trustPublic([])
    return trustPublic([await readFile(config.tls.cert, 'utf8')])
  }
}
