import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../kernel/clock.ts'
import { type Answer, type Ask, answer, createFrameReader, encodeFrames, type Frame } from './frames.ts'
import type { RateTable } from './table.ts'

/** Bytes that wait for an edge that does not read, before its connection is cut. */
const MAX_UNREAD = 1_048_576

export interface Owner {
  close(): void
}

/**
 * Answers the other edges about the keys that this edge owns.
 *
 * @param at an inherited listening socket, or the path of one to open.
 */
export function serveOwner(at: { readonly fd: number } | string, peers: number, table: RateTable, clock: Clock): Owner {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever broke off comes back; 'close' follows.
    socket.on('error', () => undefined)
    serveEdge(socket, table, clock)
  })
  // A connection that died and the one that replaced it can be there together.
  server.maxConnections = peers * 4
  failBeforeListening(server)
  server.listen(at)
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** An edge that can't listen must not start; one that can't accept for a moment (EMFILE) goes on. */
function failBeforeListening(server: Server): void {
  server.on('error', (error) => {
    if (!server.listening) throw error
  })
}

function serveEdge(socket: Socket, table: RateTable, clock: Clock): void {
  const read = createFrameReader()
  socket.on('data', (chunk: Buffer) => {
    const frames = read(chunk)
    if (frames === undefined || socket.writableLength > MAX_UNREAD) {
      socket.destroy()
      return
    }
    const now = clock()
    const answers = frames.map((frame) => decide(frame, table, now)).filter((frame) => frame !== undefined)
    if (answers.length > 0) socket.write(encodeFrames(answers))
  })
}

function decide(frame: Frame, table: RateTable, now: number): Answer | undefined {
  if (frame.kind === 1) return lease(frame, table, now)
  if (frame.kind === 3) table.giveBack(frame.lo, frame.hi, frame.tokens, frame.limit, now)
  return undefined
}

function lease({ id, lo, hi, need, extra, limit }: Ask, table: RateTable, now: number): Answer {
  // A greeting asks for nothing, and must not open a bucket.
  if (need + extra === 0) return answer(id, 0, 0, 0)
  const granted = table.grant(lo, hi, need, extra, limit, now)
  const debt = table.debt(lo, hi, now)
  const [each, depth] = [1 / limit.rate, Math.max(1, limit.burst) / limit.rate]
  return answer(id, granted, Math.max(0, debt + each - depth), debt)
}
