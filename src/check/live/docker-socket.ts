/** GET requests to the Docker engine over its socket: one at a time, bounded in size and time, nothing else. */
import { Agent, request } from 'node:http'
import { CastellanError, errorCode, errorText } from '../../kernel/errors.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 32 * 1_048_576

export interface Engine {
  /** The answer's JSON; undefined when there is no such thing (404). Throws `docker-unreachable`. */
  get(path: string): Promise<unknown>
  close(): void
}

export function openEngine(socketPath: string): Engine {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  return { get: (path) => get(agent, socketPath, path), close: () => agent.destroy() }
}

function get(agent: Agent, socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(unreachable(socketPath, error))
    const asked = request({ agent, socketPath, path, method: 'GET', headers: { host: 'docker' } }, (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes > MAX_ANSWER_BYTES) asked.destroy(new Error(`its answer to ${path} is larger than 32 MB`))
      })
      answer.on('error', fail)
      answer.on('end', () => {
        if (answer.statusCode === 404) return resolve(undefined)
        if (answer.statusCode !== 200) return fail(new Error(`it answered ${answer.statusCode} to ${path}`))
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))
        } catch {
          fail(new Error(`its answer to ${path} is not JSON`))
        }
      })
    })
    asked.setTimeout(TIMEOUT_MS, () =>
      asked.destroy(new Error(`no answer to ${path} within ${TIMEOUT_MS / 1000} seconds`)),
    )
    asked.on('error', fail)
    asked.end()
  })
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  EACCES: 'this user may not open it',
  ECONNREFUSED: 'nothing listens on it',
  ENOTSOCK: 'this is not a socket',
}

function unreachable(socketPath: string, error: unknown): CastellanError {
  const reason = REASONS[errorCode(error) ?? ''] ?? errorText(error)
  return new CastellanError('docker-unreachable', `The Docker engine at ${socketPath} can't be asked: ${reason}.`, {
    hint: 'Is Docker running, and may this user reach its socket? Another path can be given with DOCKER_HOST=unix://….',
    cause: error,
  })
}
