import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureDebian } from '../../../test/helpers/packages.ts'
import { openAuthority } from './authority.ts'
import { freePort, listen, temporaryFolder } from './fixture.ts'
import type { Publish } from './order.ts'

// For tests only: Pebble, the ACME server of the Let's Encrypt project, with all that it needs around it.

export interface Pebble {
  readonly directory: string
  /** PEM file of the authority of the directory's own certificate. */
  readonly ca: string
  /** Publishes challenge answers on the plain listener that Pebble asks. */
  readonly publish: Publish
  /** Challenge answers that are out now. */
  readonly answers: ReadonlyMap<string, string>
  /** Paths that Pebble asked the plain listener for. */
  readonly asked: readonly string[]
  /** PEM of the root that Pebble made for this run. */
  root(): Promise<string>
  stop(): Promise<void>
}

/** Starts Pebble on free ports of the loopback; every host name resolves to it. Ends with the test. */
export async function startPebble(test: TestContext, environment: Record<string, string> = {}): Promise<Pebble> {
  const program = ensureDebian('pebble', 'pebble')
  const folder = temporaryFolder(test)
  const answers = new Map<string, string>()
  const asked: string[] = []
  const plain = createServer((request, response) => {
    asked.push(request.url ?? '')
    const answer = answers.get((request.url ?? '').replace('/.well-known/acme-challenge/', ''))
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  const authority = openAuthority(folder, Date.now, ['localhost'])
  const { cert, key } = authority.issue(['localhost'])
  const [port, management] = [await freePort(), await freePort()]
  const config = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: join(folder, 'directory.pem'),
    privateKey: join(folder, 'directory.key'),
    httpPort: await listen(test, plain),
    tlsPort: await freePort(),
  }
  writeFileSync(config.certificate, cert)
  writeFileSync(config.privateKey, key, { mode: 0o600 })
  const file = join(folder, 'pebble.json')
  writeFileSync(file, JSON.stringify({ pebble: config }))
  const child = spawn(program, ['-config', file, '-dnsserver', await startNames(test)], {
    stdio: 'ignore',
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0', ...environment },
  })
  const stop = () => end(child)
  test.after(stop)
  const root = () => fetchText(`https://localhost:${management}/roots/0`, cert)
  const directory = `https://localhost:${port}/dir`
  await answering(directory, cert, child)
  const publish = (token: string, keyAuthorization: string) => {
    answers.set(token, keyAuthorization)
    return () => void answers.delete(token)
  }
  return { directory, ca: authority.path, publish, answers, asked, root, stop }
}

/** A name server for which every name is 127.0.0.1 (RFC 1035); gives its address. */
async function startNames(test: TestContext): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, 12) + 5
    const isA = query.readUInt16BE(end - 4) === 1
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(0x8180, 2)
    for (const [i, count] of [1, isA ? 1 : 0, 0, 0].entries()) head.writeUInt16BE(count, 4 + 2 * i)
    const answer = isA ? Buffer.from('c00c000100010000000000047f000001', 'hex') : Buffer.alloc(0)
    socket.send(Buffer.concat([head, query.subarray(12, end), answer]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  test.after(() => socket.close())
  return `127.0.0.1:${(socket.address() as AddressInfo).port}`
}

async function answering(url: string, ca: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) break
    try {
      await fetchText(url, ca)
      return
    } catch {
      await sleep(50)
    }
  }
  throw new Error('pebble did not start')
}

/** `ca` is the server's own certificate, trusted as it is. */
function fetchText(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca, allowPartialTrustChain: true, agent: false } as object, (response) => {
      text(response).then(resolve, reject)
    }).on('error', reject)
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}
