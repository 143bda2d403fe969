import type { Listening } from '../supervisor/boot.ts'
import { askOperator } from './operator-client.ts'
import type { Terminal } from './terminal.ts'

interface Status {
  readonly policy: string
  readonly portal: string
  readonly doors: readonly Listening[]
  readonly posture: readonly string[]
}

/** `status`: what runs, and what of its borders is not enforced. */
export async function status({ data, json }: { data: string; json: boolean }, terminal: Terminal): Promise<void> {
  const found = await askOperator<Status>(data, 'GET', '/status')
  if (json) {
    terminal.line(JSON.stringify(found))
    return
  }
  terminal.line(`${terminal.green('running')}  policy ${found.policy}, portal ${found.portal}`)
  for (const { host, port, secure } of found.doors)
    terminal.line(`  ${secure ? 'https' : 'http '}  ${host} port ${port}`)
  for (const gap of found.posture) terminal.line(`  ${terminal.red('note')}: ${gap}`)
}
