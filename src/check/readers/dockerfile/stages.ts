import { parseImage } from '../../text/image.ts'
import type { Instruction, Stage } from './types.ts'

/** More steps than any real name needs; a variable that names itself ends here. */
const MAX_LENGTH = 1_000

/**
 * The stages of a Dockerfile, and the `ARG`s above them. `args` are the values that Compose gives to those.
 * Source: https://docs.docker.com/reference/dockerfile/ on `FROM` and on the scope of `ARG`.
 */
export function stagesOf(
  instructions: readonly Instruction[],
  args: ReadonlyMap<string, string>,
): { readonly globals: readonly Instruction[]; readonly stages: readonly Stage[] } {
  const globals: Instruction[] = []
  const stages: Stage[] = []
  const values = new Map<string, string>()
  let body: Instruction[] = globals
  for (const instruction of instructions) {
    if (instruction.keyword !== 'FROM') {
      body.push(instruction)
      if (stages.length === 0) declare(values, instruction, args)
      continue
    }
    body = []
    stages.push(stageOf(instruction, body, stages, values))
  }
  return { globals, stages }
}

function declare(values: Map<string, string>, { keyword, variables }: Instruction, args: ReadonlyMap<string, string>) {
  if (keyword !== 'ARG') return
  for (const { name, value } of variables) {
    const given = args.get(name) ?? (value === undefined ? undefined : fill(value, values))
    if (given !== undefined) values.set(name, given)
  }
}

function stageOf(
  from: Instruction,
  instructions: readonly Instruction[],
  before: readonly Stage[],
  values: ReadonlyMap<string, string>,
): Stage {
  const [base, as, name] = from.words
  const text = base === undefined ? undefined : fill(base.value, values)
  // A stage may be named by its number, too, but not in FROM.
  const parent = before.findLast((stage) => stage.name !== undefined && stage.name === text?.toLowerCase())
  const isImage = text !== undefined && text !== '' && text !== 'scratch' && parent === undefined
  return {
    name: as?.value.toUpperCase() === 'AS' ? name?.value.toLowerCase() : undefined,
    at: from.at,
    image: isImage && base !== undefined ? { value: parseImage(text), at: base.at } : undefined,
    parent,
    platform: from.flags.get('platform'),
    instructions,
  }
}

/** Puts values in for `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; undefined when one has none. */
function fill(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let known = true
  const filled = unquoted(text).replace(
    /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^{}]*))?\})/g,
    (
      _,
      plain: string | undefined,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
    ) => {
      const value = values.get(plain ?? braced ?? '')
      if (operator?.endsWith('+')) return value ? (word ?? '') : ''
      const found = value || operator === undefined ? value : word
      if (found === undefined) known = false
      return found ?? ''
    },
  )
  return known && filled.length <= MAX_LENGTH ? filled : undefined
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text
}
