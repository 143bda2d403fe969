const BLOCK = Buffer.alloc(64 * 1024, 'castellan')

/** A body of so many bytes, without ever holding more than one block of it. */
export function* blocks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= BLOCK.length) yield left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK
}
