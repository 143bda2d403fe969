import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'

interface Streams {
  open: number
  readonly idle: NodeJS.Timeout
}

const STREAMS = Symbol('streams')

/**
 * Ends an HTTP/2 connection that had no open stream for `limit` ms, whatever bytes came meanwhile: half a head that
 * trickles in is no stream yet, and would else keep the connection for ever. An answer may take its time.
 */
export function watchIdle(session: ServerHttp2Session, limit: number): void {
  const idle = setTimeout(() => (streams.open === 0 ? session.destroy() : idle.refresh()), limit)
  const streams: Streams = { open: 0, idle }
  Object.defineProperty(session, STREAMS, { value: streams })
  session.once('close', () => clearTimeout(idle))
}

/** Counts a stream of a watched connection until it closes. */
export function trackStream(stream: ServerHttp2Stream): void {
  const { [STREAMS]: streams } = stream.session as unknown as { [STREAMS]: Streams }
  streams.open += 1
  streams.idle.refresh()
  stream.once('close', () => {
    streams.open -= 1
    streams.idle.refresh()
  })
}
