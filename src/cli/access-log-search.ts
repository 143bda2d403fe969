import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { requestTime } from '../edge/request-id.ts'
import { CastellanError } from '../kernel/errors.ts'

/** The line of a request in the access log; fields that were empty are absent. */
export interface LogLine {
  readonly time: number
  readonly id: string
  readonly site: string
  readonly protocol: 'http/1.1' | 'h2' | 'websocket'
  readonly method: string
  readonly target: string
  readonly client: string
  readonly subject?: string
  readonly roles?: readonly string[]
  readonly status: number
  readonly verdict: string
  readonly rule?: string
  readonly detail?: string
  readonly failure?: string
  readonly host?: string
  readonly policy: string
}

/** Finds the line of a request id. Throws `explain.unknown` when it is in no file that is left. */
export async function findRequest(logFolder: string, id: string): Promise<LogLine> {
  if (requestTime(id) === undefined) {
    throw new CastellanError('explain.id', `${JSON.stringify(id)} is not the number of a request.`, {
      hint: 'A number looks like mi4k2x7q-f3ka-1z; it is on the page that people see, and in X-Request-Id.',
    })
  }
  const files = existsSync(logFolder) ? readdirSync(logFolder).filter((name) => name.endsWith('.jsonl')) : []
  for (const name of files.sort().reverse()) {
    const line = await searchFile(join(logFolder, name), `"id":"${id}"`)
    if (line !== undefined) return JSON.parse(line) as LogLine
  }
  throw new CastellanError('explain.unknown', `No access log in ${logFolder} has the request ${id}.`, {
    hint: 'Its file may have been rotated away; `log.keep` says how many are kept.',
  })
}

async function searchFile(path: string, needle: string): Promise<string | undefined> {
  for await (const line of createInterface({ input: createReadStream(path) })) if (line.includes(needle)) return line
  return undefined
}
