/**
 * `npm test`: everything that CI runs. Each step is a promise of the project; the closing line counts their tests.
 * `npm test -- attack` runs the steps whose name begins so.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { type Counts, countsOf, sum } from './test-counts.ts'

interface Step {
  readonly name: string
  /** What is true when it passes. */
  readonly promise: string
  /** Arguments of Node. */
  readonly run: readonly string[]
  /** True when it is a test runner that counts by itself; else it counts as one test. */
  readonly counts?: true
}

const tests = (name: string, promise: string, globs: readonly string[], concurrency = 1): Step => ({
  name,
  promise,
  run: ['--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`, '--test-timeout=600000', ...globs],
  counts: true,
})

const STEPS: readonly Step[] = [
  { name: 'types', promise: 'The types are sound.', run: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  {
    name: 'lint',
    promise: 'The code is in one style.',
    run: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
  },
  {
    name: 'unused',
    promise: 'Nothing is exported or installed that nobody uses.',
    run: ['node_modules/knip/bin/knip.js'],
  },
  {
    name: 'imports',
    promise: 'The kernel imports nothing of ours, no guard imports another, and there is no cycle.',
    run: ['scripts/check-imports.ts'],
  },
  {
    name: 'reference',
    promise: 'The reference matches the schemas, the guards and the commands.',
    run: ['scripts/reference.ts', '--check'],
  },
  tests(
    'unit',
    'Every part keeps its own promises, on real files and sockets.',
    ['src/**/*.test.ts', 'bench/**/*.test.ts', 'test/helpers/**/*.test.ts'],
    availableParallelism(),
  ),
  { name: 'build', promise: 'The program compiles.', run: ['scripts/build.ts'] },
  tests('integration', 'The commands do what the README says.', ['test/integration/**/*.test.ts']),
  tests('stacks', 'The check finds what is wrong with five real systems, and nothing grave once they are mended.', [
    'test/stacks/**/*.test.ts',
  ]),
  tests('borders', 'Code that runs in an edge reaches no database, no key and no other process.', [
    'test/borders/**/*.test.ts',
  ]),
  tests('attack', 'What broke other gates does not break this one.', [
    'test/attack/**/*.test.ts',
    'test/fuzz/**/*.test.ts',
  ]),
  tests('faults', 'Crashes, full disks and bad upstreams lose nothing that was acknowledged.', [
    'test/faults/**/*.test.ts',
  ]),
  tests('browser', 'Real applications work in a real browser behind the gate.', [
    'test/apps/**/*.test.ts',
    'test/browser/**/*.test.ts',
  ]),
]

const wanted = process.argv.slice(2)
const chosen = STEPS.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)))
const results: { step: Step; ok: boolean; counts: Counts; seconds: number }[] = []
for (const step of chosen) {
  process.stdout.write(`\n== ${step.name}: ${step.promise}\n`)
  const began = Date.now()
  const { code, output } = await runStep(step)
  const counts = step.counts
    ? countsOf(output, code === 0)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  results.push({ step, ok: code === 0 && counts.failed === 0, counts, seconds: (Date.now() - began) / 1_000 })
}

process.stdout.write('\n')
for (const { step, ok, counts, seconds } of results) {
  process.stdout.write(
    `${ok ? 'kept  ' : 'BROKEN'}  ${step.promise} (${step.name}: ${counts.passed} of ${counts.passed + counts.failed}, ${seconds.toFixed(0)} s)\n`,
  )
}
const total = sum(results.map(({ counts }) => counts))
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = results.every(({ ok }) => ok) && chosen.length > 0 ? 0 : 1

function runStep({ run }: Step): Promise<{ code: number | null; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; output: string }>()
  const child = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk)
    output = (output + chunk.toString()).slice(-20_000)
  })
  child.on('close', (code) => resolve({ code, output }))
  return promise
}
