import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { CastellanError, errorText } from '../kernel/errors.ts'
import type { ChildEvent, ControlBoot, ToControlProcess } from '../supervisor/boot.ts'
import { dropPrivileges } from '../supervisor/drop.ts'
import { type Control, openControl } from './control.ts'

/** Nice: where processes share a core, requests that are under way at an edge go before what control has to do. */
const BEHIND_EDGES = 10
setPriority(BEHIND_EDGES)

const say = (event: ChildEvent) => process.stdout.write(`${JSON.stringify(event)}\n`)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** The first line says how to start, each later one is an order of the supervisor. */
async function nextLine(): Promise<unknown> {
  const { done, value } = await lines.next()
  return done === true ? undefined : JSON.parse(value)
}

async function start(): Promise<Control> {
  const boot = (await nextLine()) as ControlBoot
  dropPrivileges(boot.user)
  return openControl(boot, {
    wantReload: () => say({ event: 'reload-wanted' }),
    adopted: (version) => say({ event: 'adopted', version }),
    wantScratch: () => say({ event: 'scratch-wanted' }),
    scratchDone: () => say({ event: 'scratch-done' }),
  })
}

async function obey(control: Control): Promise<void> {
  for (let order = await nextLine(); order !== undefined; order = await nextLine()) {
    const message = order as ToControlProcess
    if (message.type === 'reload') void control.reload(message.policy)
    else if (message.type === 'reload-failed') control.reloadFailed(message.message)
    else control.scratchOpened(message.doors)
  }
}

try {
  const control = await start()
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= control.close()
    void closing.then(() => process.exit(0))
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', () => undefined)
  say({ event: 'serving', setup: control.setup, ca: control.ca, policyKey: control.policyKey })
  await obey(control)
  close()
} catch (error) {
  const code = error instanceof CastellanError ? error.code : 'control.start'
  const hint = error instanceof CastellanError ? (error.hint ?? null) : null
  say({ event: 'failed', code, message: errorText(error), hint })
  process.exit(1) // what was opened before it failed would keep the process alive, and it would not be started again
}
