import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// For vanished-upstream.test.ts alone: an application that answers with the address at which it was asked, and ends
// with its standard input. `/slow-head` and `/slow-body` never end; `/begun` says how many of these there are.

let begun = 0
const server = createServer((request, response) => {
  if (request.url === '/begun') response.end(String(begun))
  else if (request.url === '/slow-head') begun++
  else if (request.url === '/slow-body') {
    begun++
    response.writeHead(200, { 'content-length': '1000' })
    response.write('begin')
  } else request.resume().on('end', () => response.end(request.socket.localAddress))
})
server.listen(0, '0.0.0.0', () => console.log((server.address() as AddressInfo).port))
process.stdin.on('end', () => process.exit()).resume()
