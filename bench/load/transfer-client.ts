/** Moves one body through a proxy and prints how many bytes arrived at the other end: see transfer.ts. */
import { request as http, type IncomingMessage } from 'node:http'
import { request as https } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Endpoint, serverName } from '../endpoint.ts'
import { blocks } from './blocks.ts'
import type { Direction } from './transfer.ts'

interface Job {
  readonly endpoint: Endpoint
  readonly direction: Direction
  readonly bytes: number
}

const { endpoint, direction, bytes } = JSON.parse(process.argv[2]!) as Job
const upload = direction === 'up'
const at = { host: '127.0.0.1', port: endpoint.port, path: upload ? '/up' : `/down?bytes=${bytes}` }
const headers = {
  host: endpoint.authority,
  ...(upload ? { 'content-length': bytes, 'content-type': 'application/octet-stream' } : {}),
}
const options = { ...at, method: upload ? 'POST' : 'GET', headers, agent: false } as const
const request = endpoint.tls
  ? https({ ...options, servername: serverName(endpoint), rejectUnauthorized: false })
  : http(options)
const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
request.on('response', resolve).on('error', reject)
await Promise.all([upload ? pipeline(Readable.from(blocks(bytes)), request) : request.end(), promise])
const response = await promise
if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}: ${await text(response)}`)
process.stdout.write(upload ? await text(response) : String(await count(response)))

async function count(stream: Readable): Promise<number> {
  let sum = 0
  for await (const chunk of stream) sum += (chunk as Buffer).length
  return sum
}
