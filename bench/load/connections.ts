import { fileURLToPath } from 'node:url'
import type { Endpoint } from '../endpoint.ts'
import { LOAD_CORE } from '../machine.ts'
import { line, start } from '../process.ts'

const CLIENT = fileURLToPath(new URL('connections-client.ts', import.meta.url))

/** Connections that are open and idle, after one answered request each. Disposing closes them. */
export interface Held extends AsyncDisposable {
  /** How many are open now. */
  alive(): Promise<number>
}

/** Opens TLS connections and holds them; `refused` counts those that the server did not take. */
export async function hold(endpoint: Endpoint, count: number): Promise<Held & { readonly refused: number }> {
  await using stack = new AsyncDisposableStack()
  const client = stack.use(start(process.execPath, [CLIENT, JSON.stringify({ endpoint, count })], { core: LOAD_CORE }))
  const number = (key: string) => (text: string) => (JSON.parse(text) as Record<string, number>)[key]
  const refused = await line(client, number('refused'), 300_000)
  const held = stack.move() // from here on the caller ends the client
  return {
    refused,
    alive: () => {
      client.process.stdin!.write('\n')
      return line(client, number('alive'), 10_000)
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
