import { edgeGuards } from '../guards/edge.ts'
import { readBootLine } from '../kernel/boot-line.ts'
import type { EdgeBoot } from '../supervisor/boot.ts'
import { dropPrivileges } from '../supervisor/drop.ts'
import { Edge } from './edge.ts'

const boot = await readBootLine<EdgeBoot>(process.stdin)
dropPrivileges(boot.user)
const edge = new Edge(boot, edgeGuards)

process.on('SIGTERM', () => {
  void edge.close().then(() => process.exit(0))
})
process.on('SIGINT', () => undefined)
process.stdin.on('end', () => process.exit(1))
process.stdin.resume()

await edge.ready
process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`)
