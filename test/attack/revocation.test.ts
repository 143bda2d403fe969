import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { Browser } from '../helpers/browserless.ts'
import { H2Connection } from '../helpers/h2-client.ts'
import { hostOf, type Installation, startInstallation } from '../helpers/installation.ts'
import { openSocket } from '../helpers/raw-client.ts'
import { fieldsOf, HANDSHAKE, requestText } from './ways.ts'

const SESSION = '__Host-Http-castellan'

let installation: Installation
before(async () => {
  installation = await startInstallation()
})
after(() => installation[Symbol.asyncDispose]())

const url = (site: string, target: string) => new URL(target, installation.origin(site))

/** Something that stands until it is ended. */
interface Lasting {
  readonly end: Promise<void>
}

/** Opens something that lasts with this cookie; resolves when it stands. */
const lasting: Readonly<Record<string, (cookie: string) => Promise<Lasting>>> = {
  async WebSocket(cookie) {
    const socket = await openSocket(peer())
    socket.write(
      requestText({
        ...sent('/mine'),
        headers: [...HANDSHAKE, ['cookie', cookie], ['origin', installation.origin('app')]],
      }),
    )
    const [head] = (await once(socket, 'data')) as [Buffer]
    assert.match(head.toString(), /^HTTP\/1\.1 101 /)
    return { end: ended(socket) }
  },
  async 'a stream over HTTP/1.1'(cookie) {
    const socket = await openSocket(peer())
    socket.write(
      requestText({
        ...sent('/mine'),
        headers: [
          ['cookie', cookie],
          ['x-upstream', 'endless'],
        ],
      }),
    )
    const [head] = (await once(socket, 'data')) as [Buffer]
    assert.match(head.toString(), /^HTTP\/1\.1 200 /)
    return { end: ended(socket) }
  },
  async 'a stream over HTTP/2'(cookie) {
    const connection = await H2Connection.open(peer())
    connection.request(
      1,
      fieldsOf({
        ...sent('/mine'),
        headers: [
          ['cookie', cookie],
          ['x-upstream', 'endless'],
        ],
      }),
    )
    while (!connection.frames.some(({ type, stream }) => type === 0 && stream === 1)) await connection.next(1_000)
    const end = connection.answer(1, 10_000).then(({ reset, closed }) => {
      connection.close()
      assert.ok(reset !== undefined || closed, 'half an answer looks whole')
    })
    return { end }
  },
}

const peer = () => ({ port: installation.gate.port, serverName: hostOf('app') })
const sent = (target: string) => ({ method: 'GET', target, authority: `${hostOf('app')}:${installation.gate.port}` })

async function ended(socket: Socket): Promise<void> {
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
}

for (const how of ['signing out', 'session revoke'] as const) {
  test(`F2: ${how} ends open WebSockets and streams within a second`, { timeout: 60_000 }, async (t) => {
    const { gate } = installation
    using browser = new Browser(gate.port)
    await installation.signIn(browser, 'member', 'app')
    const cookie = browser.cookie(hostOf('app'))
    const ends = await Promise.all(Object.values(lasting).map((open) => open(cookie)))
    const sessions = JSON.parse((await gate.cli(['session', 'list', '--json'])).stdout) as {
      id: string
      site: string
      created: number
      parent: string
    }[]
    const newest = sessions.filter(({ site }) => site === hostOf('app')).sort((a, b) => b.created - a.created)[0]!
    const start = Date.now()
    let acknowledged = start
    if (how === 'signing out') {
      const page = await browser.once(url('app', '/.castellan/sign-out'), {
        method: 'POST',
        headers: { origin: installation.origin('app') },
      })
      assert.equal(page.status, 303)
    } else {
      const { code, stderr } = await gate.cli(['session', 'revoke', newest.parent])
      assert.equal(code, 0, stderr)
      acknowledged = Date.now()
    }
    await Promise.all(ends.map(({ end }) => end))
    const took = Date.now() - acknowledged
    assert.ok(took < 1_000, `it took ${took} ms`)
    using thief = new Browser(gate.port)
    thief.cookies.set(hostOf('app'), new Map([[SESSION, cookie.slice(SESSION.length + 1)]]))
    assert.equal((await thief.once(url('app', '/mine'))).status, 303, 'the cookie opens nothing any more')
    t.diagnostic(`${ends.length} connections ended ${took} ms after it was acknowledged`)
  })
}

test('no edge was harmed', () => installation.expectUnharmed())
