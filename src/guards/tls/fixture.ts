import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, connect, createServer, type PeerCertificate, type TlsOptions } from 'node:tls'
import { tlsOptions } from './options.ts'
import { type Signer, toSigner } from './signer.ts'
import * as x509 from './x509.ts'

// For tests only: folders, certificates of any kind, and handshakes over real sockets.

export const DAY = 86_400_000

/** A folder that is gone when the test is over. */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-tls-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The authority in a folder, with its private key: for signing what `openAuthority` would never sign. */
export function signerOf(folder: string): Signer {
  return toSigner(readFileSync(join(folder, 'authority.pem'), 'utf8'))
}

interface Wanted {
  readonly hosts: readonly string[]
  readonly subject?: string
  readonly notBefore?: number
  readonly notAfter?: number
  readonly rsaBits?: number
  readonly extensions?: readonly Uint8Array[]
}

/** A certificate by this signer for whatever is wanted. */
export function certify(signer: Signer, wanted: Wanted): { cert: string; key: string } {
  const encodings = {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  } as const
  const { privateKey, publicKey } =
    wanted.rsaBits === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256', ...encodings })
      : generateKeyPairSync('rsa', { modulusLength: wanted.rsaBits, ...encodings })
  const cert = x509.signCertificate(
    {
      issuer: signer.name,
      subject: wanted.subject ?? 'Test',
      notBefore: wanted.notBefore ?? Date.now() - DAY,
      notAfter: wanted.notAfter ?? Date.now() + 30 * DAY,
      publicKey,
      extensions: wanted.extensions ?? [
        x509.signsHandshakes,
        x509.serverAuth,
        x509.subjectAltName(wanted.hosts),
        x509.authorityKeyIdentifier(signer.keyId),
      ],
    },
    signer.key,
  )
  return { cert, key: privateKey }
}

/** Listens on a free loopback port until the test is over; gives the port. */
export async function listen(test: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => new Promise((done) => server.close(done)))
  return (server.address() as AddressInfo).port
}

/** A TLS listener with the options of the edge. */
export function serve(test: TestContext, options: TlsOptions): Promise<number> {
  const server = createServer({ ...tlsOptions, ...options }, (socket) => socket.end())
  return listen(
    test,
    server.on('tlsClientError', () => {}),
  )
}

export interface Handshake {
  readonly protocol: string | null
  readonly cipher: string
  readonly alpn: string | false | null
  readonly certificate: PeerCertificate
}

/** A handshake as a client makes it; rejects with the client's error. */
export async function handshake(port: number, options: ConnectionOptions): Promise<Handshake> {
  const socket = connect({ host: '127.0.0.1', port, ...options })
  try {
    await once(socket, 'secureConnect')
    return {
      protocol: socket.getProtocol(),
      cipher: socket.getCipher().name,
      alpn: socket.alpnProtocol,
      certificate: socket.getPeerCertificate(),
    }
  } finally {
    socket.destroy()
  }
}

/** A port that was free a moment ago, for a program that can't be told to take any. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

/** Waits until something is there; fails after ten seconds. */
export async function eventually<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) {
    const found = look()
    if (found !== undefined && found !== false) return found
  }
  throw new Error(`${what}: not within ten seconds`)
}
