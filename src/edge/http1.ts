import type { ServerResponse } from 'node:http'
import type { Responder } from './responder.ts'

const SMALL = 4_096

/** `Responder` over Node's HTTP/1.1 server. */
export class Http1Responder implements Responder {
  private readonly response: ServerResponse
  /** The client waits for 100, and has not had it yet. */
  private expects: boolean

  constructor(response: ServerResponse, expects: boolean) {
    this.response = response
    this.expects = expects
    response.sendDate = false
  }

  get started(): boolean {
    return this.response.headersSent
  }

  get gone(): boolean {
    return this.response.destroyed || this.response.writableEnded
  }

  interim(status: number, headers: readonly string[]): void {
    if (this.started || this.gone) return
    if (status === 102) this.response.writeProcessing()
    else if (status === 103) this.response.writeEarlyHints(linkHints(headers))
  }

  proceed(): void {
    if (!this.expects || this.started || this.gone) return
    this.expects = false
    this.response.writeContinue()
  }

  head(status: number, headers: string[]): void {
    if (!this.gone) this.response.writeHead(status, headers)
  }

  flushHead(): void {
    if (!this.gone) this.response.flushHeaders()
  }

  write(chunk: Buffer): boolean {
    return this.gone || this.response.write(chunk)
  }

  end(chunk?: Buffer | string, trailers?: readonly string[]): void {
    if (this.gone) return
    if (trailers !== undefined && trailers.length > 0) this.response.addTrailers(pairs(trailers))
    if (chunk === undefined) this.response.end()
    else if (typeof chunk === 'string') this.response.end(chunk)
    // As text, a small body goes out in one write with the head; Node writes a buffer beside it.
    else if (chunk.length <= SMALL) this.response.end(chunk.toString('latin1'), 'latin1')
    else this.response.end(chunk)
  }

  abort(): void {
    this.response.destroy()
  }

  onDrain(resume: () => void): void {
    this.response.once('drain', resume)
  }

  onClose(done: () => void): void {
    this.response.once('close', done)
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!])
}

/** Node wants at least `link`; an early hint without it is of no use to a client. */
function linkHints(headers: readonly string[]): Record<string, string | string[]> {
  const links = pairs(headers).filter(([name]) => name === 'link')
  return { link: links.map(([, value]) => value) }
}
