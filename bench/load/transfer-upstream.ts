/** The application of the bodies scenario: see transfer.ts. */
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { blocks } from './blocks.ts'

createServer((request, response) => {
  if (request.method === 'POST') {
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    request.on('end', () => response.end(String(bytes)))
    return
  }
  const bytes = Number(new URL(request.url!, 'http://localhost').searchParams.get('bytes') ?? 0)
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes })
  Readable.from(blocks(bytes)).pipe(response)
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'))
