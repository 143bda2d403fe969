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

const session = program.command('session').description('live sessions')
command(session, 'list', 'list live sessions').action(async (options: Common) => {
  const { listSessions } = await import('./cli/session.ts')
  await listSessions(options, terminal)
})
command(session, 'revoke [id]', 'end one session, or all')
  .option('--all', 'end every session', false)
  .action(async (id: string | undefined, options: Common & { all: boolean }) => {
    const { revokeSessions } = await import('./cli/session.ts')
    await revokeSessions(id, options, terminal)
  })

command(program, 'prove', 'show on the running installation what is in force').action(async (options: Common) => {
  const { prove } = await import('./cli/prove.ts')
  process.exitCode = await prove(options, terminal)
})

command(program, 'explain <words...>', 'say why: REQUEST-ID, or METHOD URL')
  .usage('REQUEST-ID | METHOD URL [options]')
  .option('--as <email>', 'the person who asks (default: a stranger)')
  .option('--from <address>', 'the address it comes from')
  .action(async (words: string[], options: Common & { as?: string; from?: string }) => {
    const { explain } = await import('./cli/explain.ts')
    await explain(words, options, terminal)
  })

command(program, 'reload', 'apply the changed file').action(async (options: Common) => {
  const { reload } = await import('./cli/reload.ts')
  process.exitCode = await reload(options, terminal)
})

const audit = program.command('audit').description('the audit log')
command(audit, 'tail', 'show the last entries')
  .option('-n, --lines <count>', 'how many', '20')
  .option('-f, --follow', 'go on with new ones', false)
  .action(async (options: Common & { lines: string; follow: boolean }) => {
    const { tailAudit } = await import('./cli/audit.ts')
    await tailAudit(options, terminal)
  })
command(audit, 'export', 'write every entry as a line of JSON').action(async (options: Common) => {
  const { exportAudit } = await import('./cli/audit.ts')
  await exportAudit(options, terminal)
})
command(audit, 'verify', 'examine the log by its files alone')
  .option('--checkpoint <file>', 'checkpoints that were kept elsewhere')
  .option('--public-key <file>', 'the key of the log, from elsewhere')
  .action(async (options: Common & { checkpoint?: string; publicKey?: string }) => {
    const { verifyAuditLog } = await import('./cli/audit.ts')
    process.exitCode = await verifyAuditLog(options, terminal)
  })

const config = program.command('config').description('castellan.yaml')
config
  .command('check <file>')
  .description('say what is wrong with a file, and where')
  .option('--json', 'write JSON for programs', false)
  .action(async (file: string, { json }: { json: boolean }) => {
    const { checkConfig } = await import('./cli/config.ts')
    process.exitCode = checkConfig(file, json, terminal)
  })
config
  .command('schema')
  .description('print the JSON Schema, for editors')
  .action(async () => {
    const { printSchema } = await import('./cli/config.ts')
    printSchema(terminal)
  })

program
  .command('completion <shell>')
  .description('print completion for bash, zsh or fish')
  .action(async (shell: string) => {
    const { completion } = await import('./cli/completion.ts')
    terminal.line(completion(program, shell))
  })

program.parseAsync().catch((error: unknown) => {
  const hint = error instanceof CastellanError ? error.hint : undefined
  terminal.note(`${terminal.red('error')}: ${errorText(error)}${hint === undefined ? '' : `\n  ${hint}`}`)
  process.exit(2)
})
