import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { edgeHeapFlags } from '../../src/supervisor/processes.ts'
import { PROXY_CORE } from '../machine.ts'
import { freePort, line, start } from '../process.ts'
import type { Peer } from './peer.ts'

const PROGRAM = fileURLToPath(new URL('../bare.ts', import.meta.url))

/** Castellan's edge without a guard and without a log, over plain HTTP/1.1 only: see bare.ts. */
export async function startBare(stack: AsyncDisposableStack, upstreamPort: number): Promise<Omit<Peer, 'tls'>> {
  const port = await freePort()
  // An edge inherits a bound socket, as it does from the supervisor.
  const socket = createServer().listen(port, '127.0.0.1', 4096)
  await once(socket, 'listening')
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle // Node has no public name for it
  const upstream = `http://127.0.0.1:${upstreamPort}`
  const bare = stack.use(
    start(process.execPath, [...edgeHeapFlags, PROGRAM, upstream], { core: PROXY_CORE, inherit: fd }),
  )
  socket.close()
  await line(bare, (text) => (text === 'ready' ? true : undefined), 10_000)
  return { name: 'castellan, bare', pid: bare.pid, plain: { port, tls: false, authority: `app.localhost:${port}` } }
}
