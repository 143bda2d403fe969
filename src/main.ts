import { Command, Option } from 'commander'
import { CastellanError, errorText } from './kernel/errors.ts'
import { createTerminal } from './cli/terminal.ts'
import { defaultDataDir } from './supervisor/folders.ts'

const terminal = createTerminal()

interface Common {
  readonly data: string
  readonly json: boolean
}

/** Every command writes JSON for programs and takes the data folder of an installation. */
function command(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .option('--data <dir>', 'data folder of the installation', defaultDataDir())
    .option('--json', 'write JSON for programs', false)
}

const program = new Command('castellan')
  .description('Guards a self-hosted web application, proves it, explains it.')
  .version('0.1.0')
  .showHelpAfterError('(castellan COMMAND --help says more)')
  .showSuggestionAfterError()

command(program, 'guard <upstream>', 'put a running application behind the gate, now')
  .option('--listen <host:port>', 'address for TLS (default: 127.0.0.1:8443 and [::1]:8443)')
  .option('--http <host:port>', 'address for plain HTTP, answered with 308')
  .option('--host <name>', 'public name of the application', 'app.localhost')
  .option('--portal <name>', 'public name of the portal (default: auth. beside the application)')
  .addOption(new Option('--access <who>', 'who may come in').choices(['signed-in', 'public']).default('signed-in'))
  .action(async (upstream: string, options) => {
    const [{ serve }, { guardPolicy }] = await Promise.all([import('./cli/serve.ts'), import('./cli/guard.ts')])
    const load = () => guardPolicy(upstream, options)
    process.exitCode = await serve({ dataDir: options.data, json: options.json, load }, terminal)
  })

command(program, 'up', 'start an installation from its file')
  .requiredOption('-c, --config <file>', 'castellan.yaml')
  .action(async (options: Common & { config: string }) => {
    const [{ serve }, { loadPolicy }] = await Promise.all([import('./cli/serve.ts'), import('./cli/load-policy.ts')])
    const load = () => loadPolicy(options.config)
    process.exitCode = await serve({ dataDir: options.data, json: options.json, load }, terminal)
  })

const user = program.command('user').description('people with a local account')
command(user, 'add <email>', 'add a person')
  .option('--role <role>', 'a role; may be given again', (role: string, all: string[]) => [...all, role], [])
  .option('--password-stdin', 'read the password from standard input', false)
  .action(async (email: string, options: Common & { role: string[]; passwordStdin: boolean }) => {
    const { addUser } = await import('./cli/user.ts')
    await addUser(email, options, terminal)
  })
command(user, 'list', 'list people').action(async (options: Common) => {
  const { listUsers } = await import('./cli/user.ts')
  await listUsers(options, terminal)
})

program.parseAsync().catch((error: unknown) => {
  const hint = error instanceof CastellanError ? error.hint : undefined
  terminal.note(`${terminal.red('error')}: ${errorText(error)}${hint === undefined ? '' : `\n  ${hint}`}`)
  process.exit(2)
})
