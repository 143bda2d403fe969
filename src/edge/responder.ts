/**
 * One answer on its way to a client, the same over HTTP/1.1 and HTTP/2. Header lists are flat (name, value, …) with
 * lower-case names. Nothing throws when the client has gone.
 */
export interface Responder {
  /** True once the head was sent. */
  readonly started: boolean
  /** True once the client can get no more. */
  readonly gone: boolean
  /** Interim answer: 102 or 103. */
  interim(status: number, headers: readonly string[]): void
  /** 100, where the client waits for it before it sends its body. */
  proceed(): void
  head(status: number, headers: string[]): void
  /** Sends the head now, before there is any body. */
  flushHead(): void
  /** Sends a piece of the body; false asks the caller to wait for `onDrain`. */
  write(chunk: Buffer): boolean
  /** Ends the answer, with a last piece and trailers where there are any. */
  end(chunk?: Buffer | string, trailers?: readonly string[]): void
  /** Breaks the answer off, so that the client sees that it is not whole. */
  abort(): void
  onDrain(resume: () => void): void
  /** Called once when the answer is sent or the client went away. */
  onClose(done: () => void): void
}
