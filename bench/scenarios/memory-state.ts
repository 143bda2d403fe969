import { bar, row, type Scenario } from '../scenario.ts'
import { spread } from '../stats.ts'
import { BUCKETS, fillEdge, SESSIONS } from '../targets/edge-state.ts'

export const memoryState: Scenario = {
  id: 'memory-state',
  title: 'Memory of an edge with 100,000 sessions and 1,000,000 rate buckets',
  async run(bench) {
    const filled: number[] = []
    const after: number[] = []
    const left: number[] = []
    for (let round = 0; round < bench.runs; round++) {
      const state = await fillEdge()
      filled.push(state.megabytes)
      after.push(state.megabytesAfter)
      left.push(state.bucketsLeft)
      bench.say(`${state.megabytes.toFixed(0)} MB, ${state.bucketsLeft} buckets left (${round + 1} of ${bench.runs})`)
    }
    const rows = [
      row('memory, filled', 'MB', filled),
      row('buckets left after their time', 'buckets', left),
      row('memory, after the buckets were reclaimed', 'MB', after),
    ]
    return {
      rows,
      bars: [
        bar('an edge with its sessions and buckets', 'MB', spread(filled), 'below', 400),
        bar('buckets that are not reclaimed', 'buckets', spread(left), 'at most', 0),
      ],
      notes: [`${SESSIONS} sessions and ${BUCKETS} buckets in one process that mounts the edge's own modules (PSS).`],
    }
  },
}
