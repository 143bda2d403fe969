import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { run } from '../process.ts'
import type { Person } from '../sign-in.ts'

const CLIENT = fileURLToPath(new URL('sign-ins-client.ts', import.meta.url))

/** Signs everybody in at once; throws unless all of them got in. Returns the seconds until the last one was in. */
export async function signInAll(tls: Endpoint, people: readonly Person[], afterMs: number): Promise<number> {
  const output = await run(process.execPath, [CLIENT, JSON.stringify({ tls, people, afterMs })], { core: LOAD_CORE })
  return Number(output)
}
