import { setTimeout as sleep } from 'node:timers/promises'
import { expectHello } from '../ask.ts'
import { treeMemory } from '../memory.ts'
import { processTree } from '../process-tree.ts'
import { bar, row, type Scenario } from '../scenario.ts'
import { castellanForm, publicSite, startCastellan } from '../targets/castellan.ts'
import { startUpstream } from '../targets/upstream.ts'

export const memoryIdle: Scenario = {
  id: 'memory-idle',
  title: 'Memory of all processes, idle, two edges',
  async run(bench, stack) {
    const upstream = await startUpstream(bench, stack)
    const samples: number[] = []
    let processes = 0
    for (let round = 0; round < bench.runs; round++) {
      await using one = new AsyncDisposableStack()
      const settings = { sites: publicSite, edges: 2 }
      const castellan = await startCastellan(bench, one, 'castellan, two edges', upstream.port, settings)
      await expectHello('castellan', castellan.tls)
      await sleep(bench.quick ? 2000 : 5000)
      processes = processTree(castellan.pid).length
      samples.push(treeMemory(castellan.pid))
      bench.say(`${samples.at(-1)!.toFixed(0)} MB in ${processes} processes (${round + 1} of ${bench.runs})`)
    }
    const rows = [row(`castellan, two edges, ${processes} processes`, 'MB', samples)]
    return {
      rows,
      bars: [bar('all processes together, idle', 'MB', rows[0]!, 'below', 220)],
      notes: [
        'Proportional memory (PSS) of the process tree, at rest after its start, five seconds after an answer.',
        `What ran: ${castellanForm(bench)}.`,
      ],
    }
  },
}
