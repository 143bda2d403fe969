/** Reads the first line of standard input, which says how this process is to start. Throws when there is none. */
export async function readBootLine<T>(input: AsyncIterable<Buffer>): Promise<T> {
  let text = ''
  for await (const chunk of input) {
    text += chunk.toString('utf8')
    const end = text.indexOf('\n')
    if (end >= 0) return JSON.parse(text.slice(0, end)) as T
  }
  throw new Error('this process is started by the supervisor, which tells it how on standard input')
}
