import type { Readable } from 'node:stream'

/**
 * Reads the first line of standard input, which says how this process is to start. Throws when there is none. The stream
 * stays open: its end tells that the supervisor is gone.
 */
export async function readBootLine<T>(input: Readable): Promise<T> {
  let text = ''
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    const end = text.indexOf('\n')
    if (end >= 0) return JSON.parse(text.slice(0, end)) as T
  }
  throw new Error('this process is started by the supervisor, which tells it how on standard input')
}
