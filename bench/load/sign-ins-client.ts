/**
 * Signs many people in at once: see sign-ins.ts. Yields its core to the client that measures: what is asked is how the
 * program under test bears sign-ins, not how this one does.
 */
import { setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoint } from '../endpoint.ts'
import { type Person, signIn } from '../sign-in.ts'

interface Job {
  readonly tls: Endpoint
  readonly people: readonly Person[]
  readonly afterMs: number
}

const { tls, people, afterMs } = JSON.parse(process.argv[2]!) as Job
setPriority(10)
await sleep(afterMs)
const began = performance.now()
await Promise.all(people.map((person) => signIn(tls, person)))
process.stdout.write(String((performance.now() - began) / 1000), () => process.exit(0))
