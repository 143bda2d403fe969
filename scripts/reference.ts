/**
 * Writes the reference from what the program itself knows: the schema, the reasons, the controls, the rules
 * and the commands.
 * With `--check` nothing is written; ends with 1 and the names of the pages that are not up to date.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { configJsonSchema } from '../src/cli/config.ts'
import { commandsPage } from './reference/commands.ts'
import { configurationPage } from './reference/configuration.ts'
import { controlsPage } from './reference/controls.ts'
import { reasonsPage } from './reference/reasons.ts'
import { rulesPage } from './reference/rules.ts'

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    out: { type: 'string', default: join(import.meta.dirname, '../docs/reference') },
  },
})

const pages: Readonly<Record<string, string>> = {
  'configuration.md': configurationPage(),
  'reasons.md': reasonsPage(),
  'controls.md': controlsPage(),
  'commands.md': commandsPage(),
  'rules.md': rulesPage(),
  'castellan.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
}

/** In the style of everything else, so that the two checks agree. */
function styled(name: string, text: string): string {
  const biome = join(import.meta.dirname, '../node_modules/@biomejs/biome/bin/biome')
  const args = [biome, 'format', `--stdin-file-path=docs/reference/${name}`]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} can't be formatted: ${stderr}`)
  return stdout
}

function written(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

mkdirSync(values.out, { recursive: true })
for (const [name, content] of Object.entries(pages)) {
  const text = styled(name, content)
  const path = join(values.out, name)
  if (!values.check) writeFileSync(path, text)
  else if (written(path) !== text) {
    process.stderr.write(`docs/reference/${name} is not up to date; run: node scripts/reference.ts\n`)
    process.exitCode = 1
  }
}
if (process.exitCode === undefined)
  process.stdout.write(`${Object.keys(pages).length} pages ${values.check ? 'are up to date' : 'written'}\n`)
