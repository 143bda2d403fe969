import type { Door } from '../../kernel/guard.ts'
import type { Listening } from '../../supervisor/boot.ts'
import { answers, findDoors } from './doors.ts'

/** What the prover asks of the supervisor. */
export interface ScratchPort {
  wantScratch(): void
  scratchDone(): void
}

const PATIENCE = 10_000
const PAUSE = 50

/** The scratch gate: an edge beside the real ones that obeys the tickets by which a guard is left out. */
export class Scratch {
  private readonly port: ScratchPort
  private arrived: ((listeners: readonly Listening[]) => void) | undefined

  constructor(port: ScratchPort) {
    this.port = port
  }

  /** Called with the addresses of the gate that was asked for. */
  opened(listeners: readonly Listening[]): void {
    this.arrived?.(listeners)
  }

  /** Lends the doors of a scratch gate to `use`, and stops the gate afterwards. Undefined when none came. */
  async borrow<T>(use: (doors: readonly Door[]) => Promise<T>): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<readonly Listening[] | undefined>()
    this.arrived = resolve
    const timer = setTimeout(() => resolve(undefined), PATIENCE)
    this.port.wantScratch()
    try {
      const listeners = await promise
      if (listeners === undefined || !(await allAnswer(listeners))) return undefined
      return await use(await findDoors(listeners))
    } finally {
      clearTimeout(timer)
      this.arrived = undefined
      this.port.scratchDone()
    }
  }
}

async function allAnswer(listeners: readonly Listening[]): Promise<boolean> {
  const end = Date.now() + PATIENCE
  for (const { host, port } of listeners) {
    while (!(await answers(host, port))) {
      if (Date.now() > end) return false
      await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  }
  return true
}
