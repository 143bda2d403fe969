import { connect } from 'node:net'
import { z } from 'zod'
import {
  MAX_ANSWER,
  MAX_FILES,
  MAX_FINDINGS,
  MAX_PROBLEMS,
  MAX_TEXT,
  type PostureAnswer,
  type PostureLook,
  type PostureQuestion,
  type WatchedFile,
} from '../../helpers/posture/protocol.ts'
import { CastellanError, errorCode, errorText } from '../../kernel/errors.ts'

/** The longest wait for an answer, in ms; the supervisor ends the process when control hangs up. */
const LOOK_LIMIT = 120_000
const CHANGED_LIMIT = 20_000

const text = z.string().max(MAX_TEXT)
const id = z.string().max(100)
const look = z.strictObject({
  guide: id,
  at: z.number(),
  claims: z.array(z.strictObject({ id, status: z.enum(['met', 'unmet', 'undecided']), reason: text })).max(1_000),
  looked: z.array(id).max(2_000),
  findings: z
    .array(
      z.strictObject({
        rule: id,
        severity: z.enum(['info', 'low', 'medium', 'high', 'critical']),
        title: text,
        file: text,
        line: z.number(),
        service: text.nullable(),
        observed: text,
        expected: text,
      }),
    )
    .max(MAX_FINDINGS),
  found: z.number(),
  files: z
    .array(z.strictObject({ path: z.string().max(8_192), size: z.number(), modified: z.number() }))
    .max(MAX_FILES),
  problems: z.array(text).max(MAX_PROBLEMS),
  notes: z.array(text).max(MAX_PROBLEMS),
  gap: text.nullable(),
})
const answer = z.union([
  z.strictObject({ look }),
  z.strictObject({ changed: z.boolean() }),
  z.strictObject({ failed: text }),
])

/** What is kept from run to run is read as strictly as what the helper says. Throws when it has another form. */
export function parseLook(json: string): PostureLook {
  return look.parse(JSON.parse(json))
}

/** Has the helper look at the installation. Throws `posture.helper` with what was in the way. */
export async function askLook(socketPath: string): Promise<PostureLook> {
  const told = await ask(socketPath, { ask: 'look' }, LOOK_LIMIT)
  if ('look' in told) return told.look
  throw failed('failed' in told ? told.failed : 'it gave another answer')
}

/** Whether something of what was read is not as it was. Throws `posture.helper`. */
export async function askChanged(socketPath: string, files: readonly WatchedFile[]): Promise<boolean> {
  const told = await ask(socketPath, { ask: 'changed', files }, CHANGED_LIMIT)
  if ('changed' in told) return told.changed
  throw failed('failed' in told ? told.failed : 'it gave another answer')
}

async function ask(socketPath: string, question: PostureQuestion, limit: number): Promise<PostureAnswer> {
  const line = await exchange(socketPath, `${JSON.stringify(question)}\n`, limit).catch((error: unknown) => {
    throw failed(errorCode(error) ?? errorText(error))
  })
  try {
    return answer.parse(JSON.parse(line))
  } catch {
    throw failed('its answer has another form')
  }
}

/** One line out, one line in, bounded in size and time. */
function exchange(socketPath: string, line: string, limit: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let bytes = 0
  const socket = connect(socketPath, () => socket.write(line))
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${limit / 1_000} seconds`)), limit)
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_ANSWER) socket.destroy(new Error('its answer is too long'))
    else if (chunk.at(-1) === 10) resolve(Buffer.concat(chunks).toString('utf8'))
  })
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('it ended without an answer')))
  return promise.finally(() => {
    clearTimeout(timer)
    socket.destroy()
  })
}

function failed(why: string): CastellanError {
  return new CastellanError('posture.helper', `The installation could not be looked at: ${why}.`)
}
