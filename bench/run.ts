/**
 * `npm run bench -- [SCENARIO...] [--json] [--markdown] [--quick] [--runs N] [--seconds N] [--castellan PROGRAM]`
 * Ends with 0 when every bar is met, 1 when one is missed or could not be measured, 2 when the machine lacks something.
 */
import { rmSync } from 'node:fs'
import { chmod, mkdtemp } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeCertificate } from './certificate.ts'
import { LOAD_CORE, missingPackages, PROXY_CORE, pinSelf, versions, watchCore } from './machine.ts'
import { endLeftovers } from './process.ts'
import { type Finished, markdown, terminal } from './report.ts'
import type { Bench, Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios/index.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    seconds: { type: 'string' },
    castellan: { type: 'string', default: fileURLToPath(new URL('../bin/castellan', import.meta.url)) },
  },
})

function fail(reason: string): never {
  console.error(reason)
  process.exit(2)
}

function chosen(): readonly Scenario[] {
  const unknown = positionals.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id))
  if (unknown.length > 0) fail(`unknown: ${unknown}; scenarios: ${SCENARIOS.map(({ id }) => id).join(', ')}`)
  return positionals.length === 0 ? SCENARIOS : SCENARIOS.filter(({ id }) => positionals.includes(id))
}

function positive(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  return Number.isInteger(value) && value > 0 ? value : fail(`not a positive whole number: ${text}`)
}

/** Work of others on the two cores distorts every figure; it is measured for a second and said. */
async function disturbance(): Promise<string[]> {
  const shares = [PROXY_CORE, LOAD_CORE].map(watchCore)
  await sleep(1000)
  const busiest = Math.max(...shares.map((share) => share()))
  return busiest < 0.1 ? [] : [`DISTURBED: ${Math.round(busiest * 100)}% of a core was in use by others just before.`]
}

async function measure(bench: Bench, { id, title, run }: Scenario): Promise<Finished> {
  bench.say(`-- ${id}`)
  try {
    const warnings = await disturbance()
    await using stack = new AsyncDisposableStack()
    const outcome = await run(bench, stack)
    return { id, title, outcome: { ...outcome, notes: [...warnings, ...outcome.notes] } }
  } catch (error) {
    return { id, title, error: (error as Error).message }
  }
}

const scenarios = chosen()
const runs = positive(flags.runs, flags.quick ? 3 : 5)
const seconds = positive(flags.seconds, flags.quick ? 2 : 8)
const missing = missingPackages()
if (missing.length > 0) fail(`apt-get install ${missing.join(' ')}`)
if (availableParallelism() < 2) fail('the benchmark needs two cores: one for the program under test, one for the load')
pinSelf(LOAD_CORE)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

const folder = await mkdtemp(join(tmpdir(), 'castellan-bench-'))
process.on('exit', () => {
  endLeftovers()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})
await chmod(folder, 0o755) // the servers' own users must get in
const say = (text: string) => console.error(text)
const certificate = await makeCertificate(folder)
const program = resolve(flags.castellan)
const bench: Bench = { runs, seconds, quick: flags.quick, folder, certificate, program, say }
const table = !flags.json && !flags.markdown
const finished: Finished[] = []
for (const scenario of scenarios) {
  finished.push(await measure(bench, scenario))
  if (table) console.log(terminal(finished.at(-1)!))
}

const command = ['npm run bench --', ...process.argv.slice(2)].join(' ').replace(/ --$/, '')
const report = { date: new Date().toISOString().slice(0, 10), command, versions: versions(), scenarios: finished }
if (flags.json) console.log(JSON.stringify(report, undefined, 2))
if (flags.markdown) console.log(markdown(report))
if (table)
  console.log(
    `\n${Object.entries(report.versions)
      .map(([name, version]) => `${name}: ${version}`)
      .join('\n')}`,
  )
const good = finished.every(({ outcome }) => outcome?.bars.every(({ met }) => met) ?? false)
process.exitCode = good ? 0 : 1
