import { Command, Option } from 'commander'
import { defaultDataDir } from '../supervisor/folders.ts'
import type { Terminal } from './terminal.ts'

const VERSION = '0.1.0'

interface Common {
  readonly data: string
  readonly json: boolean
}

/** The whole command line. What a command needs is loaded when it runs, so that `--help` is there at once. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('castellan')
    .description('Guards a self-hosted web application, proves it, explains it.')
    .version(VERSION)
    .showHelpAfterError('(castellan COMMAND --help says more)')
    .showSuggestionAfterError()
    .enablePositionalOptions() // so that a command and what is below it may have an option of the same name
  addCheck(program, terminal)
  addServing(program, terminal)
  addPeople(program, terminal)
  addProofs(program, terminal)
  addAudit(program, terminal)
  addConfig(program, terminal)
  program
    .command('completion <shell>')
    .description('print completion for bash, zsh or fish')
    .action(async (shell: string) => {
      const { completion } = await import('./completion.ts')
      terminal.line(completion(program, shell))
    })
  return program
}

/** Most commands write JSON for programs and take the data folder of an installation. */
function command(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .addOption(
      new Option('--data <dir>', 'data folder of the installation').default(
        defaultDataDir(),
        '/var/lib/castellan for root, else ~/.local/share/castellan',
      ),
    )
    .option('--json', 'write JSON for programs', false)
}

const CHECK_HELP = `
Ends with 0 when nothing of --min-severity or worse was found, 1 when something was, 2 when something could not be read.
Nothing that is read is executed, no network is used, and no value of a secret is printed.

Examples:
  castellan check                          the installation in this folder
  castellan check /srv --min-severity medium
  castellan check --fix                    write what mends it beside the files, and see what is left
  castellan check --guide loomio           every claim of that guide: met, unmet or undecided
  castellan check --docker --host          what really runs here, too
  helm template chart | castellan check --k8s -
  castellan check --format sarif --output castellan.sarif`

/** What runs without the server: on Node 20 and above, and in a folder of which Castellan knows nothing. */
function addCheck(program: Command, terminal: Terminal): void {
  program
    .command('check [path...]')
    .description('read installations, say what is wrong, write the fix')
    .option('--profile <name>', 'the application: a name, or auto to recognise it', 'auto')
    .option('--docker', 'ask the Docker engine what really runs', false)
    .option('--host', 'look at this machine, too', false)
    .option('--k8s <file>', 'Kubernetes manifests: a file, a folder, or - for standard input')
    .addOption(
      new Option('--format <form>', 'form of the report').choices(['table', 'json', 'sarif', 'html']).default('table'),
    )
    .option('--json', 'the same as --format json', false)
    .option('-o, --output <file>', 'write the report to a file')
    .addOption(
      new Option('--min-severity <severity>', 'findings from here on make it end with 1')
        .choices(['info', 'low', 'medium', 'high', 'critical'])
        .default('high'),
    )
    .option('--fix', 'write an override, a copy of .env and a patch beside the files; none of them is changed', false)
    .option('--guide <name>', 'say of every claim of a guide whether it is met')
    .addHelpText('after', CHECK_HELP)
    .action(async (paths: string[], options) => {
      const { runCheck } = await import('./check.ts')
      process.exitCode = await runCheck(paths, options, VERSION, terminal)
    })
  const rules = program.command('rules').description('what the check looks for')
  rules
    .command('list')
    .description('name every rule')
    .option('--json', 'write JSON for programs', false)
    .action(async (options: { json: boolean }) => {
      const { listRules } = await import('./rules.ts')
      listRules(options, terminal)
    })
  rules
    .command('show <id>')
    .description('say what a rule looks for and why, with a bad and a good sample')
    .option('--json', 'write JSON for programs', false)
    .action(async (id: string, options: { json: boolean }) => {
      const { showRule } = await import('./rules.ts')
      showRule(id, options, terminal)
    })
}

function addServing(program: Command, terminal: Terminal): void {
  command(program, 'guard <upstream>', 'put a running application behind the gate, now')
    .option('--listen <host:port>', 'address for TLS (default: 127.0.0.1:8443 and [::1]:8443)')
    .option('--http <host:port>', 'address for plain HTTP, answered with 308')
    .option('--host <name>', 'public name of the application', 'app.localhost')
    .option('--portal <name>', 'public name of the portal (default: auth. beside the application)')
    .addOption(new Option('--access <who>', 'who may come in').choices(['signed-in', 'public']).default('signed-in'))
    .action(async (upstream: string, options) => {
      const [{ serve }, { guardPolicy }] = await Promise.all([import('./serve.ts'), import('./guard.ts')])
      const load = () => guardPolicy(upstream, options)
      process.exitCode = await serve({ dataDir: options.data, json: options.json, load }, terminal)
    })
  command(program, 'up', 'start an installation from its file')
    .requiredOption('-c, --config <file>', 'castellan.yaml')
    .action(async (options: Common & { config: string }) => {
      const [{ serve }, { loadPolicy }] = await Promise.all([import('./serve.ts'), import('./load-policy.ts')])
      const load = () => loadPolicy(options.config)
      process.exitCode = await serve({ dataDir: options.data, json: options.json, load }, terminal)
    })
  command(program, 'status', 'say what runs, and which borders are not enforced').action(async (options: Common) => {
    const { status } = await import('./status.ts')
    await status(options, terminal)
  })
  command(program, 'reload', 'apply the changed file').action(async (options: Common) => {
    const { reload } = await import('./reload.ts')
    process.exitCode = await reload(options, terminal)
  })
}

function addPeople(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('people with a local account')
  command(user, 'add <email>', 'add a person')
    .option('--role <role>', 'a role; may be given again', (role: string, all: string[]) => [...all, role], [])
    .option('--password-stdin', 'read the password from standard input', false)
    .action(async (email: string, options: Common & { role: string[]; passwordStdin: boolean }) => {
      const { addUser } = await import('./user.ts')
      await addUser(email, options, terminal)
    })
  command(user, 'list', 'list people').action(async (options: Common) => {
    const { listUsers } = await import('./user.ts')
    await listUsers(options, terminal)
  })
  const session = program.command('session').description('live sessions')
  command(session, 'list', 'list live sessions').action(async (options: Common) => {
    const { listSessions } = await import('./session.ts')
    await listSessions(options, terminal)
  })
  command(session, 'revoke [id]', 'end one session, or all')
    .option('--all', 'end every session', false)
    .action(async (id: string | undefined, options: Common & { all: boolean }) => {
      const { revokeSessions } = await import('./session.ts')
      await revokeSessions(id, options, terminal)
    })
}

function addProofs(program: Command, terminal: Terminal): void {
  command(
    program,
    'prove [guide]',
    'show on the running installation what is in force; of a guide, every claim',
  ).action(async (guide: string | undefined, options: Common) => {
    const { prove, proveGuide } = await import('./prove.ts')
    process.exitCode = await (guide === undefined ? prove(options, terminal) : proveGuide(guide, options, terminal))
  })
  addAttestations(program, terminal)
  command(program, 'explain <words...>', 'say why: REQUEST-ID, or METHOD URL')
    .usage('REQUEST-ID | METHOD URL [options]')
    .option('--as <email>', 'the person who asks (default: a stranger)')
    .option('--from <address>', 'the address it comes from')
    .action(async (words: string[], options: Common & { as?: string; from?: string }) => {
      const { explain } = await import('./explain.ts')
      await explain(words, options, terminal)
    })
}

const ATTEST_HELP = `
What rules and proofs decide is not for a person to confirm. It lapses by itself; a year ahead is the most.

Examples:
  castellan attest loomio-4 --reason "The provider's firewall has the same three ports" --until 2027-01-31
  castellan attest loomio-9 --waive --reason "No mail is sent from here" --until 2027-06-30`

/** A claim that only a person can see to. */
function addAttestations(program: Command, terminal: Terminal): void {
  const attest = command(program, 'attest [claim]', 'confirm what no program can see, or set a claim aside')
    .enablePositionalOptions()
    .option('--reason <text>', 'what was looked at, by whom and how')
    .option('--until <date>', 'when it lapses: 2027-01-31, or 2027-01-31T12:00Z')
    .option('--waive', 'set the claim aside in place of confirming it', false)
    .addHelpText('after', ATTEST_HELP)
    .action(async (claim: string | undefined, options: Common & AttestOptions) => {
      const { attestClaim } = await import('./attest.ts')
      await attestClaim(claim, options, terminal)
    })
  command(attest, 'list', 'list what was confirmed or set aside').action(async (options: Common) => {
    const { listAttestations } = await import('./attest.ts')
    await listAttestations(options, terminal)
  })
  command(attest, 'withdraw <claim>', 'take it back').action(async (claim: string, options: Common) => {
    const { withdrawAttestation } = await import('./attest.ts')
    await withdrawAttestation(claim, options, terminal)
  })
}

interface AttestOptions {
  readonly reason?: string
  readonly until?: string
  readonly waive: boolean
}

function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('the audit log')
  command(audit, 'tail', 'show the last entries')
    .option('-n, --lines <count>', 'how many', '20')
    .option('-f, --follow', 'go on with new ones', false)
    .action(async (options: Common & { lines: string; follow: boolean }) => {
      const { tailAudit } = await import('./audit.ts')
      await tailAudit(options, terminal)
    })
  command(audit, 'export', 'write every entry as a line of JSON').action(async (options: Common) => {
    const { exportAudit } = await import('./audit.ts')
    await exportAudit(options, terminal)
  })
  command(audit, 'verify', 'examine the log by its files alone')
    .option('--checkpoint <file>', 'checkpoints that were kept elsewhere')
    .option('--public-key <file>', 'the key of the log, from elsewhere')
    .action(async (options: Common & { checkpoint?: string; publicKey?: string }) => {
      const { verifyAuditLog } = await import('./audit.ts')
      process.exitCode = await verifyAuditLog(options, terminal)
    })
}

function addConfig(program: Command, terminal: Terminal): void {
  const config = program.command('config').description('castellan.yaml')
  config
    .command('check <file>')
    .description('say what is wrong with a file, and where')
    .option('--json', 'write JSON for programs', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      const { checkConfig } = await import('./config.ts')
      process.exitCode = checkConfig(file, json, terminal)
    })
  config
    .command('schema')
    .description('print the JSON Schema, for editors')
    .action(async () => {
      const { printSchema } = await import('./config.ts')
      printSchema(terminal)
    })
}
