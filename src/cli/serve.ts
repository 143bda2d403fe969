import type { Policy } from '../config/policy.ts'
import { type Serving, Supervisor } from '../supervisor/supervisor.ts'
import type { Terminal } from './terminal.ts'

export interface ServeOptions {
  readonly dataDir: string
  readonly json: boolean
  load(): Policy
}

/** Starts the installation and stays until SIGTERM or SIGINT; resolves with the exit code. */
export async function serve({ dataDir, json, load }: ServeOptions, terminal: Terminal): Promise<number> {
  terminal.outliveReaders()
  const signals = heedSignals()
  let policy: Policy | undefined
  const { supervisor, serving } = await Supervisor.start({
    dataDir,
    load: () => {
      policy = load()
      return policy
    },
    say: (line) => terminal.note(line),
  })
  const app = policy!.origins[0]!
  const portal = policy!.config.portal
  for (const gap of serving.posture) terminal.note(`${terminal.yellow('note')}: ${gap}`)
  const { setup, ca } = serving
  if (json) terminal.line(JSON.stringify({ event: 'ready', app, portal, setup, ca }))
  else greet(terminal, app, portal, serving)
  signals.onReload(() => supervisor.reload())
  await signals.end
  if (!json) terminal.note('Letting requests under way end …')
  await supervisor.stop()
  return 0
}

/** Takes signals from the first moment on: by default each would kill this process while others start or already serve. */
function heedSignals() {
  const { promise, resolve } = Promise.withResolvers<void>()
  let reload: (() => void) | undefined
  let wanted = false
  process.on('SIGTERM', resolve)
  process.on('SIGINT', resolve)
  process.on('SIGHUP', () => {
    wanted = true
    reload?.()
  })
  return {
    end: promise,
    /** Called at every SIGHUP, and now when there was one. */
    onReload(callback: () => void): void {
      reload = callback
      if (wanted) callback()
    },
  }
}

function greet(terminal: Terminal, app: string, portal: string, { setup, ca }: Serving): void {
  terminal.line(`${terminal.green('●')} The application is served at ${terminal.bold(app)}`)
  terminal.line(`  People sign in at ${portal}`)
  if (ca !== null) terminal.line(`  Certificates are of its own authority; to trust it: ${ca}`)
  if (setup !== null) {
    terminal.line('')
    terminal.line('  Make the first administrator here. The link works once, for one hour:')
    terminal.line(`  ${terminal.bold(setup)}`)
  }
}
