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
  const { promise, resolve } = Promise.withResolvers<void>()
  process.on('SIGTERM', resolve)
  process.on('SIGINT', resolve)
  process.on('SIGHUP', () => supervisor.reload())
  await promise
  if (!json) terminal.note('Letting requests under way end …')
  await supervisor.stop()
  return 0
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
