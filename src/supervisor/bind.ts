import { chmodSync, chownSync, statSync } from 'node:fs'
import net, { createServer } from 'node:net'
import { dirname } from 'node:path'
import { type ListenAddress, listenText } from '../config/listen.ts'
import { CastellanError, errorCode } from '../kernel/errors.ts'
import { portHolder } from './port-holder.ts'

/** A bound socket whose descriptor is handed to children; the supervisor itself never accepts on it. */
export interface BoundSocket {
  readonly fd: number
  close(): void
}

interface Handle {
  readonly fd: number
  getsockname(out: { port?: number }): number
  close(): void
}

/**
 * Node's public way to a listening socket also accepts on it. This is what `node:cluster` uses to bind without that;
 * its result is a handle, or a negative errno.
 */
const createHandle = (
  net as unknown as { _createServerHandle(address: string, port: number, family: number): Handle | number }
)._createServerHandle

/** Binds a TCP address and holds it for this installation alone. Port 0 takes a free one; the result says which. */
export async function bindTcp(address: ListenAddress): Promise<BoundSocket & { readonly address: ListenAddress }> {
  const family = net.isIPv6(address.host) ? 6 : 4
  const handle = createHandle(address.host === 'localhost' ? '127.0.0.1' : address.host, address.port, family)
  if (typeof handle === 'number') throw bindError(address, handle)
  const name: { port?: number } = {}
  const status = handle.getsockname(name)
  if (status !== 0) {
    handle.close()
    throw bindError(address, status)
  }
  const bound = { host: address.host, port: name.port ?? address.port }
  const unlock = await lockAddress(bound).catch((error: unknown) => {
    handle.close()
    throw error
  })
  const close = () => {
    handle.close()
    unlock()
  }
  return { fd: handle.fd, address: bound, close }
}

/** Binds a Unix socket. Whoever may enter its folder may connect. */
export function bindUnix(path: string): BoundSocket {
  if (Buffer.byteLength(path) > 107) {
    throw new CastellanError(
      'start.path-too-long',
      `The socket path ${path} is longer than the 107 bytes that Linux takes.`,
    )
  }
  const handle = createHandle(path, -1, -1)
  if (typeof handle === 'number')
    throw new CastellanError('start.socket', `The socket ${path} can't be made (${errno(handle)}).`)
  openLikeFolder(path)
  return { fd: handle.fd, close: () => handle.close() }
}

/**
 * Gives a socket the owner and the mode of its folder. The folder alone would not do: the posture helper passes every
 * folder, as it may read everything, but to connect is to write.
 */
export function openLikeFolder(socket: string): void {
  const { uid, gid, mode } = statSync(dirname(socket))
  chownSync(socket, uid, gid)
  chmodSync(socket, (mode & 0o010) === 0 ? 0o600 : 0o660)
}

/**
 * A bound address is only refused to others once somebody listens on it. A name in the abstract namespace, which goes
 * away with this process, keeps a second Castellan out from the first moment.
 */
async function lockAddress(address: ListenAddress): Promise<() => void> {
  const lock = createServer((socket) => socket.destroy())
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  lock.once('error', (error) => reject(errorCode(error) === 'EADDRINUSE' ? busy(address) : error))
  lock.listen(`\0castellan-${process.getuid?.() ?? 0}-${listenText(address)}`, resolve)
  await promise
  return () => lock.close()
}

function bindError(address: ListenAddress, status: number): CastellanError {
  const name = errno(status)
  if (name === 'EADDRINUSE') return busy(address)
  const hint = name === 'EACCES' ? 'Ports below 1024 need root or CAP_NET_BIND_SERVICE.' : 'Choose another address.'
  return new CastellanError('start.listen', `${listenText(address)} can't be listened on (${name}).`, { hint })
}

/** Says who holds the address, as far as this user may know. */
export function busy(address: ListenAddress): CastellanError {
  const holder = portHolder(address.port)
  const who = holder === undefined ? 'another process' : `${holder.command} (process ${holder.pid})`
  return new CastellanError('start.busy', `${listenText(address)} is in use by ${who}.`, {
    hint: 'Stop it, or choose another address with --listen.',
  })
}

function errno(status: number): string {
  const names: Record<number, string> = {
    [-98]: 'EADDRINUSE',
    [-13]: 'EACCES',
    [-99]: 'EADDRNOTAVAIL',
    [-97]: 'EAFNOSUPPORT',
  }
  return names[status] ?? `errno ${-status}`
}
