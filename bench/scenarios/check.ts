import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { APPLICATIONS, layOut } from '../../test/stacks/lay-out.ts'
import { PROXY_CORE } from '../machine.ts'
import { start } from '../process.ts'
import { type Bench, bar, row, type Scenario } from '../scenario.ts'
import { paired } from '../stats.ts'
import { castellanForm } from '../targets/castellan.ts'

const MANY = 1_000
const FEW = 250

export const check: Scenario = {
  id: 'check',
  title: 'castellan check: one installation, a thousand, and what a thousand more cost',
  async run(bench, stack) {
    const folders = layOutMany(bench, stack)
    const [one, few, many, memory]: [number[], number[], number[], number[]] = [[], [], [], []]
    // Files and compiled code come from the disk's cache, as they do for whoever runs it twice.
    await measure(bench, folders.many)
    for (let round = 0; round < bench.runs; round++) {
      one.push((await measure(bench, folders.one)).seconds)
      few.push((await measure(bench, folders.few)).seconds)
      const all = await measure(bench, folders.many)
      many.push(all.seconds)
      memory.push(all.megabytes)
      bench.say(
        `one: ${one.at(-1)!.toFixed(2)} s; ${MANY}: ${all.seconds.toFixed(2)} s, ${all.megabytes.toFixed(0)} MB`,
      )
    }
    const rows = [
      row('one installation, from the start of the process', 's', one),
      row(`${FEW} installations`, 's', few),
      row(`${MANY} installations`, 's', many),
      row(`${MANY} installations, highest resident memory`, 'MB', memory),
    ]
    const growth = paired(many, few, (all, part) => all / MANY / (part / FEW))
    return {
      rows,
      bars: [
        bar('check: one installation from a cold start', 's', rows[0]!, 'below', 0.6),
        bar(`check: ${MANY} installations`, 's', rows[2]!, 'below', 10),
        bar(`check: memory for ${MANY} installations`, 'MB', rows[3]!, 'below', 300),
        bar(`check: time of one of ${MANY} against one of ${FEW}`, 'times', growth, 'at most', 1.2),
      ],
      notes: [
        'Copies of five real systems as they are shipped, on one core; the report is JSON with every finding.',
        `What ran: ${castellanForm(bench)}.`,
      ],
    }
  },
}

function layOutMany(bench: Bench, stack: AsyncDisposableStack) {
  const folder = join(bench.folder, 'check')
  const systems = APPLICATIONS.map((application) => layOut(application, 'shipped'))
  stack.defer(() => {
    for (const path of [folder, ...systems.map((system) => dirname(system))]) rmSync(path, { recursive: true })
  })
  const copy = (name: string, count: number) => {
    const target = join(folder, name)
    for (let index = 0; index < count; index++) {
      const system = systems[index % systems.length]!
      mkdirSync(target, { recursive: true })
      cpSync(system, join(target, `${index}`), { recursive: true })
    }
    return target
  }
  return { one: copy('one', 1), few: copy('few', FEW), many: copy('many', MANY) }
}

async function measure(bench: Bench, folder: string): Promise<{ seconds: number; megabytes: number }> {
  const began = performance.now()
  await using started = start(bench.program, ['check', folder, '--json'], { core: PROXY_CORE })
  const closed = once(started.process, 'close') as Promise<[number | null]>
  let megabytes = 0
  let done = false
  const settled = closed.finally(() => {
    done = true
  })
  while (!done) {
    megabytes = Math.max(megabytes, highestMemory(started.pid))
    await Promise.race([sleep(25), settled])
  }
  const [code] = await settled
  // 1: something was found, which these systems are for.
  if (code !== 1) throw new Error(`castellan check ended with ${code}: ${started.output().slice(-2_000)}`)
  return { seconds: (performance.now() - began) / 1_000, megabytes }
}

/** In MB (10^6 bytes), as the kernel keeps it (proc_pid_status(5)); 0 once the process is gone. */
function highestMemory(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
    return (Number(kib) * 1_024) / 1e6
  } catch {
    return 0
  }
}
