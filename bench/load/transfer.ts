import { fileURLToPath } from 'node:url'
import { type Endpoint, url } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { freePort, line, run, start } from '../process.ts'

export type Direction = 'down' | 'up'

const CLIENT = fileURLToPath(new URL('transfer-client.ts', import.meta.url))
const SINK = fileURLToPath(new URL('transfer-upstream.ts', import.meta.url))

/** Starts an upstream that sends as many bytes as `/down?bytes=N` asks, and counts what `/up` brings. */
export async function startBodies(stack: AsyncDisposableStack): Promise<number> {
  const port = await freePort()
  const upstream = stack.use(start(process.execPath, [SINK, String(port)], { core: LOAD_CORE }))
  await line(upstream, (text) => (text === 'ready' ? true : undefined), 10_000)
  return port
}

/** Moves one body through a proxy, streamed; the seconds it took. Throws unless every byte arrived. */
export async function transfer(endpoint: Endpoint, direction: Direction, bytes: number): Promise<number> {
  const began = performance.now()
  const job = JSON.stringify({ endpoint, direction, bytes, url: url(endpoint) })
  const arrived = Number(await run(process.execPath, [CLIENT, job], { core: LOAD_CORE }))
  if (arrived !== bytes) throw new Error(`${arrived} of ${bytes} bytes arrived`)
  return (performance.now() - began) / 1000
}
