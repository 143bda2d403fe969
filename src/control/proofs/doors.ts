import { once } from 'node:events'
import { connect, isIPv6 } from 'node:net'
import type { Door } from '../../kernel/guard.ts'
import type { Protocol } from '../../kernel/request.ts'
import type { Listening } from '../../supervisor/boot.ts'

const SECURE: readonly Protocol[] = ['h2', 'http/1.1', 'websocket']
const PLAIN: readonly Protocol[] = ['http/1.1', 'websocket']
const PATIENCE = 2_000

/**
 * Every way in: each listener over the addresses of this host that it answers at, and each protocol that it speaks. A
 * listener for all addresses is asked over both families; one that answers over neither stays in, to be reported.
 */
export async function findDoors(listeners: readonly Listening[]): Promise<Door[]> {
  const found = await Promise.all(listeners.map(async (listening) => doorsOf(listening, await addressesOf(listening))))
  return found.flat()
}

/** Whether somebody accepts connections there. */
export async function answers(address: string, port: number): Promise<boolean> {
  const socket = connect({ host: address, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE) })
    return true
  } catch {
    socket.on('error', () => undefined)
    return false
  } finally {
    socket.destroy()
  }
}

/** The addresses by which a listener can be reached from this host. */
export function reachable(host: string): string[] {
  if (host === '::') return ['127.0.0.1', '::1']
  if (host === '0.0.0.0' || host === 'localhost') return ['127.0.0.1']
  return [host]
}

async function addressesOf({ host, port }: Listening): Promise<string[]> {
  const all = reachable(host)
  const asked = await Promise.all(all.map((address) => answers(address, port)))
  const answering = all.filter((_, index) => asked[index])
  return answering.length > 0 ? answering : all.slice(0, 1)
}

function doorsOf({ port, secure }: Listening, addresses: readonly string[]): Door[] {
  return addresses.flatMap((address) =>
    (secure ? SECURE : PLAIN).map((protocol) => {
      const place = isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`
      return { label: `${secure ? 'https' : 'http'} ${protocol} ${place}`, address, port, secure, protocol }
    }),
  )
}
