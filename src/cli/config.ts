import { z } from 'zod'
import { ConfigError } from '../config/load.ts'
import { configSchema } from '../config/schema.ts'
import { loadPolicy } from './load-policy.ts'
import type { Terminal } from './terminal.ts'

/** `config check`: 0 when the file is good, 1 with every problem and where it is. */
export function checkConfig(file: string, json: boolean, terminal: Terminal): number {
  try {
    const { version, config } = loadPolicy(file)
    terminal.line(
      json
        ? JSON.stringify({ problems: [] })
        : `${terminal.green('good')}  ${config.sites.length} sites, policy ${version}`,
    )
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    if (json) terminal.line(JSON.stringify({ problems: error.problems }))
    else for (const line of error.message.split('\n')) terminal.line(`${terminal.red('error')}  ${line}`)
    return 1
  }
}

/** `config schema`: JSON Schema (2020-12) of castellan.yaml, for editors. */
export function printSchema(terminal: Terminal): void {
  terminal.line(JSON.stringify(configJsonSchema(), null, 2))
}

/** What may be written: inputs, before they are parsed. */
export function configJsonSchema(): object {
  return { ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }), title: 'castellan.yaml' }
}
