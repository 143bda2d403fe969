import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'

/** Serves an application on an inherited Unix socket. */
export async function serveHono(app: Hono, fd: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, getRequestListener(app.fetch))
  await new Promise<void>((resolve) => server.listen({ fd }, resolve))
  return server
}
