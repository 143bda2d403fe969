import type { ServerHttp2Stream } from 'node:http2'
import type { Responder } from './responder.ts'

/** `Responder` over one stream of Node's HTTP/2 server. */
export class Http2Responder implements Responder {
  private readonly stream: ServerHttp2Stream
  private trailers: readonly string[] = []
  private readonly headOnly: boolean
  /** The client waits for 100, and has not had it yet. */
  private expects: boolean

  constructor(stream: ServerHttp2Stream, headOnly: boolean, expects: boolean) {
    this.stream = stream
    this.headOnly = headOnly
    this.expects = expects
    stream.on('error', ignoreReset)
  }

  get started(): boolean {
    return this.stream.headersSent
  }

  get gone(): boolean {
    // Node ends the writable side of a HEAD before anybody has answered it.
    return this.stream.destroyed || this.stream.closed || (this.stream.writableEnded && !this.headOnly)
  }

  interim(status: number, headers: readonly string[]): void {
    if (!this.started && !this.gone) this.stream.additionalHeaders({ ':status': status, ...toObject(headers) })
  }

  proceed(): void {
    if (!this.expects || this.started || this.gone) return
    this.expects = false
    this.stream.additionalHeaders({ ':status': 100 })
  }

  head(status: number, headers: string[]): void {
    if (this.gone) return
    const waitForTrailers = headers.includes('trailer')
    if (waitForTrailers) this.stream.once('wantTrailers', () => this.stream.sendTrailers(toObject(this.trailers)))
    headers.push(':status', String(status))
    this.stream.respond(headers, { endStream: this.headOnly, waitForTrailers })
  }

  /** Node sends the head of a stream at once. */
  flushHead(): void {}

  write(chunk: Buffer): boolean {
    return this.gone || this.headOnly || this.stream.write(chunk)
  }

  end(chunk?: Buffer | string, trailers: readonly string[] = []): void {
    if (this.gone) return
    this.trailers = trailers
    if (chunk === undefined || this.headOnly) this.stream.end()
    else this.stream.end(chunk)
  }

  abort(): void {
    // `close` would end the stream in good order first, and the client would take half an answer for a whole one.
    this.stream.destroy(BROKEN_OFF)
  }

  onDrain(resume: () => void): void {
    this.stream.once('drain', resume)
  }

  onClose(done: () => void): void {
    this.stream.once('close', done)
  }
}

/** Becomes RST_STREAM with INTERNAL_ERROR (RFC 9113 section 7). */
const BROKEN_OFF = new Error('the answer was broken off')

/** A client that resets a stream is no fault of ours; `close` follows and tells the rest. */
function ignoreReset(): void {}

function toObject(headers: readonly string[]): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = { __proto__: null } as never
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!
    const before = object[name]
    const value = headers[index + 1]!
    if (before === undefined) object[name] = value
    else object[name] = Array.isArray(before) ? [...before, value] : [before, value]
  }
  return object
}
