import { createServer } from 'node:net'
import { CastellanError, errorCode } from '../kernel/errors.ts'
import type { Folders } from './folders.ts'

/**
 * One Castellan a data folder: two would overwrite each other's sockets and state. Returns what lets go of it. Throws
 * `start.running`.
 */
export async function lockData({ run, data }: Folders): Promise<() => void> {
  const lock = createServer((socket) => socket.destroy())
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  lock.once('error', reject)
  lock.listen(`\0castellan-data-${run}`, resolve)
  await promise.catch((error: unknown) => {
    if (errorCode(error) !== 'EADDRINUSE') throw error
    throw new CastellanError('start.running', `Castellan runs already with the data folder ${data}.`, {
      hint: 'Stop it first, or choose another folder with --data.',
    })
  })
  return () => lock.close()
}
