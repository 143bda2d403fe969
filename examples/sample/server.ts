// A small application to try Castellan with. It keeps nothing on disk and has no login, as many real ones do.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { adminPage, homePage } from './pages.ts'

/** Bytes: a note of 500 characters, percent-encoded. */
const largestForm = 8192

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** The application, not yet listening. Notes live as long as it does: the last 50, of 500 characters at most. */
export function createSample(): Server {
  let notes: readonly string[] = []
  let requests = 0
  const started = Date.now()

  const routes: Readonly<Record<string, Handler>> = {
    'GET /': (request, response) => sendPage(response, homePage(notes, request.headers)),
    'GET /admin': (_request, response) => sendPage(response, adminPage(notes)),
    'GET /health': (_request, response) => sendJson(response, 200, { status: 'ok' }),
    'GET /events': (_request, response) => {
      sendEvents(response, () => ({ uptime: Math.round((Date.now() - started) / 1000), requests }))
    },
    'POST /notes': async (request, response) => {
      const form = await readForm(request)
      if (form === undefined) return sendJson(response, 413, { error: 'a note has 500 characters at most' })
      const note = form.get('note')?.trim().slice(0, 500)
      if (note) notes = [note, ...notes].slice(0, 50)
      redirect(response, '/')
    },
    'POST /admin/clear': (_request, response) => {
      notes = []
      redirect(response, '/admin')
    },
    'POST /upload': async (request, response) => sendJson(response, 200, await digest(request)),
  }

  return createServer((request, response) => {
    requests += 1
    const path = request.url?.split('?', 1)[0]
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const handle = routes[`${method} ${path}`]
    if (handle === undefined) return sendJson(response, 404, { error: 'not found' })
    Promise.resolve(handle(request, response)).catch(() => response.destroy())
  })
}

function sendPage(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`)
}

function redirect(response: ServerResponse, path: string): void {
  response.writeHead(303, { location: path }).end()
}

/** One event at once, then one a second, for as long as the visitor listens. */
function sendEvents(response: ServerResponse, state: () => object): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const send = () => response.write(`data: ${JSON.stringify(state())}\n\n`)
  send()
  const timer = setInterval(send, 1000)
  response.on('close', () => clearInterval(timer))
}

/** The fields of a form, or undefined when it is larger than any form of this application. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= largestForm) chunks.push(chunk)
  }
  // Read to its end all the same: a client that is still sending does not read the answer.
  if (size > largestForm) return undefined
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

/** What arrived, without keeping it: size in bytes and SHA-256 in hexadecimal. */
async function digest(request: IncomingMessage): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    hash.update(chunk)
  }
  return { size, sha256: hash.digest('hex') }
}

if (import.meta.main) {
  const server = createSample().listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
  })
}
