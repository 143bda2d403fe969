/** One HTTP/1.1 message as it came. Strings are latin1, so that every byte is one character. */
export interface Message {
  readonly startLine: string
  /** Names and values as they were sent. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** Trailer lines of a chunked body. */
  readonly trailers: readonly string[]
  /** Every byte of the message. */
  readonly raw: string
}

/** The value of the first header of this name. */
export function header({ headers }: Pick<Message, 'headers'>, name: string): string | undefined {
  return headers.find(([found]) => found.toLowerCase() === name)?.[1]
}

/** The status of an answer; 0 when it has none. */
export function statusOf({ startLine }: Message): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(startLine)?.[1] ?? 0)
}

/**
 * Reads the first message of `text` (RFC 9112), without any leniency of its own: lines end with CRLF, a body is framed
 * by `Content-Length` or is chunked; `headOnly` for the answer to HEAD, which has none. Undefined until it is whole.
 */
export function readMessage(
  text: string,
  headOnly = false,
): { readonly message: Message; readonly rest: string } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [startLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  const framed = headOnly
    ? { body: '', trailers: [], rest: text.slice(end + 4) }
    : readBody(text.slice(end + 4), startLine, headers)
  if (framed === undefined) return undefined
  const raw = text.slice(0, text.length - framed.rest.length)
  return { message: { startLine, headers, body: framed.body, trailers: framed.trailers, raw }, rest: framed.rest }
}

type Framed = Pick<Message, 'body' | 'trailers'> & { readonly rest: string }

function readBody(text: string, startLine: string, headers: Message['headers']): Framed | undefined {
  if (header({ headers }, 'transfer-encoding') !== undefined) return readChunks(text)
  if (/^HTTP\/1\.1 (1\d\d|204|304)/.test(startLine)) return { body: '', trailers: [], rest: text }
  const length = Number(header({ headers }, 'content-length') ?? 0)
  if (text.length < length) return undefined
  return { body: text.slice(0, length), trailers: [], rest: text.slice(length) }
}

function readChunks(text: string): Framed | undefined {
  let body = ''
  let at = 0
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(text.slice(at, line), 16)
    if (size === 0) return readTrailers(text, line + 2, body)
    if (text.length < line + 2 + size + 2) return undefined
    body += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
}

function readTrailers(text: string, from: number, body: string): Framed | undefined {
  const trailers: string[] = []
  let at = from
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return undefined
    if (line === at) return { body, trailers, rest: text.slice(line + 2) }
    trailers.push(text.slice(at, line))
    at = line + 2
  }
}
