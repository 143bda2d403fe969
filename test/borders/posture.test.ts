import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { PostureAnswer } from '../../src/helpers/posture/protocol.ts'
import { foldersOf, runFolders } from '../../src/supervisor/folders.ts'
import { type Gate, startGate } from '../helpers/gate.ts'
import { processesOf } from '../helpers/processes.ts'
import type { HelperReport, HelperTargets } from './injected-posture.ts'
import type { DoorQuestion } from './posture-door.ts'

const root = resolve(import.meta.dirname, '../..')
const POSTURE = { uid: 64_934, gid: 64_934 }
/** What may succeed: it is there to read. */
const READING = ['read a file of mode 0600', 'list a folder of mode 0700']
/** What `docker: true` opens. */
const NETWORK = ['connect over TCP', 'send over UDP', 'listen on a port', 'fetch', 'ask a name server']
/** What Node's permission model alone keeps the helper from. */
const SECOND_FENCE = [
  ...NETWORK,
  'write a file in /tmp',
  'write into its own standard error file',
  'run a program',
  'start a worker thread',
  'open the debugger',
  'load native code',
]

const folder = mkdtempSync(join(tmpdir(), 'castellan-posture-'))
const server = createServer((socket) => socket.destroy())
let gate: Gate

before(async () => {
  assert.equal(process.getuid?.(), 0, 'Process borders can only be tested as root: run `sudo npm test`.')
  chmodSync(folder, 0o755)
  gate = await startGate({ upstream: 'http://127.0.0.1:9' })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})

after(async () => {
  server.close()
  await gate[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

describe('foreign code in the posture helper', () => {
  test('reads what is closed, writes nothing, signals nobody and reaches no network', () => {
    const { attempts, status } = attack({})
    for (const name of READING) assert.equal(attempts[name], null, name)
    assertRefused(attempts)
    assert.match(status, /^Uid:\s+64934\s+64934\s+64934\s+64934$/m)
    assert.match(status, /^NoNewPrivs:\s+1$/m)
    // CAP_DAC_READ_SEARCH is the third bit.
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
      assert.match(status, new RegExp(`^Cap${set}:\\s+0{15}4$`, 'm'))
  })

  test("writes nothing and signals nobody even where Node's permission model is broken", () => {
    const { attempts } = attack({ withoutPermissionModel: true, passedOver: SECOND_FENCE })
    for (const name of READING) assert.equal(attempts[name], null, name)
    assertRefused(attempts)
  })
})

test('a helper that may ask the Docker engine reaches no socket of Castellan', () => {
  const { attempts } = attack({ docker: true, passedOver: NETWORK })
  assertRefused(attempts)
  assert.ok("connect to the operator's socket" in attempts)
})

test('where root itself may not read everything, the helper reads what is open to it, and both say so', () => {
  const stack = layOutStack('lesser')
  const { gap, answer } = ask(
    ['setpriv', '--bounding-set=-dac_read_search,-dac_override', '--inh-caps=-all'],
    root,
    question('lesser', stack),
  )
  assert.match(gap ?? '', /started without CAP_DAC_READ_SEARCH/)
  assert.ok('look' in answer, JSON.stringify(answer))
  assert.match(answer.look.gap ?? '', /closed to the helper are left out/)
  assert.match(answer.look.problems.join('\n'), /\.env: this user may not read it/)
})

test('started by root it reads a file of mode 0600 and has nothing to say about itself', () => {
  const { gap, answer } = ask([], root, question('whole', layOutStack('whole')))
  assert.equal(gap, null)
  assert.ok('look' in answer, JSON.stringify(answer))
  assert.equal(answer.look.gap, null)
  assert.ok(answer.look.files.some(({ path }) => path.endsWith('/.env')))
  assert.deepEqual(answer.look.problems, [])
})

function assertRefused(attempts: HelperReport['attempts']): void {
  const tried = Object.entries(attempts).filter(([name]) => !READING.includes(name))
  const done = tried.flatMap(([name, error]) => (error === null ? [name] : []))
  assert.ok(tried.length >= 40, `only ${tried.length} attempts were made`)
  assert.deepEqual(done, [], 'what foreign code in the helper achieved')
}

interface Scenario {
  readonly withoutPermissionModel?: boolean
  readonly docker?: boolean
  readonly passedOver?: readonly string[]
}

/** A copy of the program whose helper, when it is asked to look, does as the attacker wants. */
function attack({ withoutPermissionModel = false, docker = false, passedOver = [] }: Scenario): HelperReport {
  const name = withoutPermissionModel ? 'first-fence' : docker ? 'docker' : 'both-fences'
  const program = join(folder, name, 'program')
  cpSync(join(root, 'src'), join(program, 'src'), { recursive: true })
  cpSync(join(root, 'package.json'), join(program, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(program, 'node_modules'))
  cpSync(join(import.meta.dirname, 'injected-posture.ts'), join(program, 'src/helpers/posture/injected.ts'))
  writeFileSync(
    join(program, 'src/helpers/posture/look.ts'),
    "import { attackFromHelper } from './injected.ts'\nexport const look = ({ folder }) => attackFromHelper(folder)\n",
  )
  if (withoutPermissionModel)
    edit(join(program, 'src/supervisor/processes.ts'), /^ {4}'--permission',\n {4}'--allow-fs-read=\*',$/m)
  const stack = layOutStack(name)
  writeFileSync(join(stack, 'targets.json'), JSON.stringify(targets(passedOver)))
  const { answer } = ask([], program, question(name, stack, docker))
  if ('look' in answer) return answer.look as unknown as HelperReport
  return assert.fail(JSON.stringify(answer))
}

function edit(file: string, before: RegExp): void {
  const text = readFileSync(file, 'utf8')
  assert.match(text, before)
  writeFileSync(file, text.replace(before, ''))
}

/** An installation of which only root may read the settings. */
function layOutStack(name: string): string {
  const stack = join(folder, name, 'stack')
  mkdirSync(join(stack, 'closed'), { recursive: true })
  chmodSync(join(stack, 'closed'), 0o700)
  writeFileSync(
    join(stack, 'compose.yaml'),
    'services:\n  app:\n    image: loomio/loomio:v3.0.20\n    env_file: [.env]\n',
  )
  writeFileSync(join(stack, '.env'), 'SECRET_KEY_BASE=c0ffee\n', { mode: 0o600 })
  return stack
}

function targets(passedOver: readonly string[]): HelperTargets {
  const of = (role: string) => processesOf(gate.process.pid!).find((found) => found.role === role)?.pid ?? 0
  const others = {
    supervisor: gate.process.pid!,
    control: of('control/main'),
    edge: of('edge/main'),
    'log writer': of('log/main') || of('helpers/log/main'),
  }
  for (const [name, pid] of Object.entries(others)) assert.ok(pid > 0, `${name} was not found`)
  const { state, audit, run } = foldersOf(gate.data)
  const operatorSocket = join(runFolders({ run } as never).operator, 'operator.sock')
  const { port } = server.address() as { port: number }
  return { passedOver, others, state, auditFolder: audit, operatorSocket, port }
}

function question(name: string, stack: string, docker = false): DoorQuestion {
  const settings = { guide: 'loomio', folder: stack, docker, host: false, every: 3_600_000 }
  return { socket: join(folder, name, 'door.sock'), user: POSTURE, settings }
}

function ask(
  wrapper: readonly string[],
  program: string,
  asked: DoorQuestion,
): { gap: string | null; answer: PostureAnswer } {
  const script = join(import.meta.dirname, 'posture-door.ts')
  const [command = '', ...args] = [...wrapper, process.execPath, script, program, JSON.stringify(asked)]
  const { gap, answer } = JSON.parse(execFileSync(command, args, { encoding: 'utf8', timeout: 60_000 }))
  assert.notEqual(answer, '', 'the helper gave no answer')
  return { gap, answer: JSON.parse(answer) }
}
