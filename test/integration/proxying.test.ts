import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { request as https, type RequestOptions } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Gate, startGate, startUp } from '../helpers/gate.ts'

const FILE = randomBytes(3_000_000)

let upstream: Server
let gate: Gate
let session: ClientHttp2Session
const seen: IncomingMessage[] = []

/** An application with everything that a proxy can get wrong. */
const ROUTES: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
  '/hello': (_request, response) => response.end('hello'),
  '/events': async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const word of ['one', 'two']) {
      await sleep(150)
      response.write(`data: ${word}\n\n`)
    }
    response.end()
  },
  '/trailers': (_request, response) => {
    response.writeHead(200, { trailer: 'x-checksum' })
    response.write('body')
    response.addTrailers({ 'x-checksum': 'abc' })
    response.end()
  },
  '/hints': (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
    response.writeProcessing()
    setTimeout(() => response.end('later'), 50)
  },
  '/file': (request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    if (range === null) return response.end(FILE)
    const [from, to] = [Number(range[1]), Number(range[2])]
    response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${FILE.length}` })
    return response.end(FILE.subarray(from, to + 1))
  },
  '/upload': async (request, response) => {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of request) {
      hash.update(chunk)
      size += chunk.length
    }
    response.end(JSON.stringify({ size, sha256: hash.digest('hex') }))
  },
}

before(async () => {
  upstream = createServer((request, response) => {
    seen.push(request)
    const route = ROUTES[request.url?.split('?')[0] ?? '']
    if (route === undefined) response.writeHead(404).end()
    else void route(request, response)
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as { port: number }
  gate = await startGate({ upstream: `http://127.0.0.1:${port}`, access: 'public' })
  session = connect(gate.app, { ca: readFileSync(gate.ca!), host: '127.0.0.1', servername: 'app.localhost' })
  await once(session, 'connect')
})

after(async () => {
  session.close()
  await gate[Symbol.asyncDispose]()
  upstream.close()
})

function ask(path: string, options: RequestOptions = {}) {
  const url = new URL(gate.app)
  return https({
    host: '127.0.0.1',
    port: url.port,
    servername: url.hostname,
    ca: readFileSync(gate.ca!),
    agent: false,
    path,
    ...options,
    headers: { host: url.host, ...options.headers },
  })
}

async function fetchBody(
  path: string,
  options: RequestOptions = {},
  body?: Buffer,
): Promise<{ response: IncomingMessage; body: Buffer }> {
  const outgoing = ask(path, options)
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { response, body: Buffer.concat(chunks) }
}

describe('over HTTP/1.1', () => {
  test('a large answer and a part of it arrive byte for byte', async () => {
    assert.ok((await fetchBody('/file')).body.equals(FILE))
    const part = await fetchBody('/file', { headers: { range: 'bytes=1000-1999' } })
    assert.equal(part.response.statusCode, 206)
    assert.ok(part.body.equals(FILE.subarray(1000, 2000)))
  })

  test('an upload arrives byte for byte, with a length and in chunks', async () => {
    const sha256 = createHash('sha256').update(FILE).digest('hex')
    const expected = { size: FILE.length, sha256 }
    const fixed = await fetchBody(
      '/upload',
      { method: 'POST', headers: { 'content-length': String(FILE.length) } },
      FILE,
    )
    assert.deepEqual(JSON.parse(fixed.body.toString()), expected)
    const outgoing = ask('/upload', { method: 'POST' })
    for (let at = 0; at < FILE.length; at += 500_000) outgoing.write(FILE.subarray(at, at + 500_000))
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    assert.deepEqual(JSON.parse(Buffer.concat(await response.toArray()).toString()), expected)
  })

  test('the head of a stream of events and each event arrive as they are sent', async () => {
    const outgoing = ask('/events')
    outgoing.end()
    const began = Date.now()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    const head = Date.now() - began
    const arrivals: number[] = []
    for await (const _ of response) arrivals.push(Date.now() - began)
    assert.ok(arrivals.length >= 2, 'events came in one piece')
    assert.ok(arrivals[0]! - head >= 50, `the head waited for the first event: ${head} ms, ${arrivals}`)
  })

  test('trailers, 102 and 103 pass', async () => {
    assert.equal((await fetchBody('/trailers')).response.trailers['x-checksum'], 'abc')
    const outgoing = ask('/hints')
    const interim: number[] = []
    outgoing.on('information', ({ statusCode }) => interim.push(statusCode))
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.resume()
    assert.deepEqual(interim, [103, 102])
  })

  test('HEAD has the head of GET and no body', async () => {
    const { response, body } = await fetchBody('/hello', { method: 'HEAD' })
    assert.equal(response.statusCode, 200)
    assert.equal(body.length, 0)
  })

  test('Expect is answered after the verdict', async () => {
    const outgoing = ask('/upload', { method: 'POST', headers: { expect: '100-continue', 'content-length': '5' } })
    outgoing.flushHeaders()
    await once(outgoing, 'continue')
    outgoing.end('12345')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    assert.equal(JSON.parse(Buffer.concat(await response.toArray()).toString()).size, 5)
    const refused = ask('/a/../b', { method: 'POST', headers: { expect: '100-continue', 'content-length': '5' } })
    refused.on('continue', () => assert.fail('a refused request was told to go on'))
    refused.flushHeaders()
    const [no] = (await once(refused, 'response')) as [IncomingMessage]
    assert.equal(no.statusCode, 400)
    refused.destroy()
  })
})

describe('over HTTP/2', () => {
  async function stream(path: string, headers: Record<string, string> = {}, body?: Buffer) {
    const opened = session.request({ ':path': path, ...headers }, { endStream: body === undefined })
    const interim: number[] = []
    let trailers: Record<string, unknown> = {}
    opened.on('headers', (found) => interim.push(Number(found[constants.HTTP2_HEADER_STATUS])))
    opened.on('trailers', (found) => {
      trailers = found
    })
    if (body !== undefined) opened.end(body)
    const [head] = await once(opened, 'response')
    return { status: head[':status'] as number, body: Buffer.concat(await opened.toArray()), interim, trailers }
  }

  test('bodies pass both ways, byte for byte', async () => {
    assert.ok((await stream('/file')).body.equals(FILE))
    const sent = await stream('/upload', { ':method': 'POST' }, FILE)
    assert.equal(JSON.parse(sent.body.toString()).sha256, createHash('sha256').update(FILE).digest('hex'))
  })

  test('trailers, 103 and HEAD pass', async () => {
    assert.equal((await stream('/trailers')).trailers['x-checksum'], 'abc')
    assert.ok((await stream('/hints')).interim.includes(103))
    const head = await stream('/hello', { ':method': 'HEAD' })
    assert.deepEqual([head.status, head.body.length], [200, 0])
  })

  test('many streams at once are all answered', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => stream('/hello')))
    assert.ok(answers.every(({ status, body }) => status === 200 && body.toString() === 'hello'))
  })
})

test('the application is told the public side, and the client that really asked', async () => {
  seen.length = 0
  await fetchBody('/hello', {
    headers: { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'http', forwarded: 'for=1.2.3.4' },
  })
  const { headers } = seen.at(-1)!
  const { host, port } = new URL(gate.app)
  assert.deepEqual(
    [
      headers.host,
      headers['x-forwarded-for'],
      headers['x-forwarded-proto'],
      headers['x-forwarded-host'],
      headers['x-forwarded-port'],
      headers.forwarded,
    ],
    [host, '127.0.0.1', 'https', host, port, undefined],
  )
})

test('plain HTTP is answered with 308, and several upstreams take turns while they are healthy', async () => {
  const counts = [0, 0]
  const servers = counts.map((_, index) =>
    createServer((request, response) => {
      if (request.url !== '/up') counts[index]! += 1
      response.end(String(index))
    }),
  )
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const [one, two] = servers.map((server) => `http://127.0.0.1:${(server.address() as { port: number }).port}`)
  await using installation = await startUp(`portal: https://auth.localhost:PORT
listen: 127.0.0.1:PORT
http: 127.0.0.1:HTTP
sites:
  - host: app.localhost
    routes: [{ upstream: ["${one}", "${two}"], health: /up }]
    access: [{ allow: public }]
`)
  const plain = await fetch(`http://127.0.0.1:${installation.http}/x?y=1`, {
    redirect: 'manual',
    headers: { host: 'app.localhost' },
  })
  assert.ok([308, 421].includes(plain.status))
  const ca = readFileSync(installation.ca!)
  const get = async () => {
    const outgoing = https({
      host: '127.0.0.1',
      port: installation.port,
      servername: 'app.localhost',
      ca,
      agent: false,
      path: '/',
      headers: { host: `app.localhost:${installation.port}` },
    })
    outgoing.end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    return { status: response.statusCode, body: Buffer.concat(await response.toArray()).toString() }
  }
  for (let turn = 0; turn < 10; turn++) assert.equal((await get()).status, 200)
  assert.ok(counts[0]! >= 2 && counts[1]! >= 2, `turns: ${counts}`)
  servers[0]!.close()
  servers[0]!.closeAllConnections()
  const deadline = Date.now() + 15_000
  let good = 0
  while (good < 10 && Date.now() < deadline) {
    const { status, body } = await get()
    good = status === 200 && body === '1' ? good + 1 : 0
    await sleep(100)
  }
  assert.equal(good, 10, 'a dead upstream was still asked after 15 seconds')
  servers[1]!.close()
  servers[1]!.closeAllConnections()
})
