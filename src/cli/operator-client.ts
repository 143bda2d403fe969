import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { CastellanError, errorCode } from '../kernel/errors.ts'
import { foldersOf, runFolders } from '../supervisor/folders.ts'

/** Proofs of a large installation take their time. */
const TIMEOUT = 300_000

/** Asks the running installation of a data folder. Throws its CastellanError, or `operator.away`. */
export async function askOperator<T>(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> {
  const socketPath = join(runFolders(foldersOf(dataDir)).operator, 'operator.sock')
  const { status, text } = await exchange(socketPath, method, path, body).catch((error: unknown) => {
    throw away(dataDir, socketPath, error)
  })
  const value: unknown = JSON.parse(text)
  if (status === 200) return value as T
  const { code, message, hint } = value as { code: string; message: string; hint: string | null }
  throw new CastellanError(code, message, hint === null ? {} : { hint })
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const outgoing = request({
    socketPath,
    method,
    path,
    headers: { 'content-type': 'application/json' },
    timeout: TIMEOUT,
  })
  outgoing.on('error', reject)
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
  outgoing.on('response', (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
    })
    response.on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
  })
  outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  return promise
}

function away(dataDir: string, socketPath: string, error: unknown): CastellanError {
  const code = errorCode(error)
  if (code === 'EACCES') {
    return new CastellanError('operator.forbidden', `This user may not command the installation in ${dataDir}.`, {
      hint: 'Run the command as the user who started Castellan.',
      cause: error,
    })
  }
  const what = existsSync(socketPath) ? 'does not answer' : 'is not running'
  return new CastellanError('operator.away', `Castellan ${what} with the data folder ${dataDir}.`, {
    hint: 'Start it with `castellan guard` or `castellan up`, or name its folder with --data.',
    cause: error,
  })
}
