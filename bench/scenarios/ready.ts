import { expectHello } from '../ask.ts'
import { bar, row, type Scenario } from '../scenario.ts'
import { castellanForm, publicSite, startCastellan, startGuard } from '../targets/castellan.ts'
import { startUpstream } from '../targets/upstream.ts'

export const ready: Scenario = {
  id: 'ready',
  title: 'Time until ready',
  async run(bench, stack) {
    const upstream = await startUpstream(bench, stack)
    const first: number[] = []
    const again: number[] = []
    const before = await startCastellan(bench, stack, 'up', upstream.port, { sites: publicSite })
    await before.started[Symbol.asyncDispose]()
    for (let round = 0; round < bench.runs; round++) {
      await using one = new AsyncDisposableStack()
      const guard = await startGuard(bench, one, upstream.port)
      await expectHello('castellan guard', guard.tls)
      first.push(guard.readyMs / 1000)
      await guard.started[Symbol.asyncDispose]()
      const up = await startCastellan(bench, one, 'up', upstream.port, { sites: publicSite, data: before.data })
      await expectHello('castellan up', up.tls)
      again.push(up.readyMs / 1000)
      bench.say(`guard, empty folder: ${first.at(-1)!.toFixed(2)} s; up, second start: ${again.at(-1)!.toFixed(2)} s`)
    }
    const rows = [row('guard, first start, empty folder', 's', first), row('up, second start', 's', again)]
    return {
      rows,
      bars: rows.map((one) => bar(`ready: ${one.what}`, 's', one, 'below', 1.5)),
      notes: [
        'From the start of the process to its ready line, on one core; an answer through it is checked after.',
        `What ran: ${castellanForm(bench)}.`,
      ],
    }
  },
}
