import { createServer, type Socket } from 'node:net'
import { readBootLine } from '../../kernel/boot-line.ts'
import { errorCode } from '../../kernel/errors.ts'
import type { LogBoot } from '../../supervisor/boot.ts'
import { dropPrivileges } from '../../supervisor/drop.ts'
import { RotatingFile } from './rotating-file.ts'

/** A line longer than this is cut off at the connection that sends it. */
const MAX_LINE = 65_536

const boot = await readBootLine<LogBoot>(process.stdin)
dropPrivileges(boot.user)
const file = new RotatingFile({ folder: boot.folder, maxBytes: boot.maxBytes, keep: boot.keep, now: Date.now })
let lost = 0

/** Edges never wait: what the disk does not take is counted, and said as soon as it takes lines again. */
function write(lines: Buffer): void {
  try {
    if (lost > 0) {
      file.write(Buffer.from(`${JSON.stringify({ time: Date.now(), event: 'log.lost', lines: lost })}\n`))
      lost = 0
    }
    file.write(lines)
  } catch (error) {
    if (lost === 0) process.stderr.write(`access log: ${errorCode(error) ?? 'write failed'}; lines are being lost\n`)
    lost += countLines(lines)
  }
}

function countLines(lines: Buffer): number {
  let count = 0
  for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) count += 1
  return count
}

/**
 * Confirms lines by their number. Later, so that what an edge sent before it was killed is read before an answer to it
 * fails, which closes the socket.
 */
const CONFIRM_MS = 50

/** Lines of several edges never mix: only whole lines are passed on. */
function receive(socket: Socket): void {
  let rest = Buffer.alloc(0)
  let taken = 0
  const confirm = () => {
    if (socket.writable) socket.write(`${taken}\n`)
    taken = 0
  }
  socket.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(10)
    if (end < 0) rest = Buffer.concat([rest, chunk])
    else {
      const lines = Buffer.concat([rest, chunk.subarray(0, end + 1)])
      write(lines)
      if (taken === 0) setTimeout(confirm, CONFIRM_MS)
      taken += countLines(lines)
      rest = Buffer.from(chunk.subarray(end + 1))
    }
    if (rest.length > MAX_LINE) socket.destroy()
  })
  socket.on('error', () => socket.destroy())
}

const server = createServer(receive)
server.listen({ fd: boot.fd }, () => process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`))

/** Edges end first; their last lines are taken before this process goes. */
function close(): void {
  server.close(() => {
    file.close()
    process.exit(0)
  })
}
process.on('SIGTERM', close)
process.on('SIGINT', () => undefined)
process.stdin.on('end', close)
process.stdin.resume()
