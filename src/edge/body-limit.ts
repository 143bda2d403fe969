import { type Readable, Transform } from 'node:stream'

/** Passes a body through and breaks off with `BodyTooLarge` behind `limit` bytes, whatever its length said. */
export function limitBody(body: Readable, limit: number): Readable {
  let seen = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > limit) done(new BodyTooLarge())
      else done(null, chunk)
    },
  })
  body.once('error', (error) => meter.destroy(error))
  body.once('close', () => {
    if (!body.readableEnded) meter.destroy(new Error('the client went away'))
  })
  return body.pipe(meter)
}

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}
