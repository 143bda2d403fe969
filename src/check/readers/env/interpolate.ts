/**
 * Compose's `${NAME}`, in Compose files and in env files: `$A`, `${A}`, `${A:-d}`, `${A-d}`, `${A:?e}`, `${A?e}`,
 * `${A:+r}`, `${A+r}`, all of them nested, and `$$` for a dollar sign. Any other `$` stays as it is, as in Compose 2.
 * Source: the Compose Specification, "Interpolation".
 */
import type { Place } from '../../text/place.ts'
import type { VariableUse } from '../../text/tree.ts'

export interface Variable {
  /** Undefined: named, but without a value of its own. */
  readonly value: string | undefined
  /** Where the value is written. */
  readonly from: Place
}

export type Lookup = (name: string) => Variable | undefined

export interface Interpolated {
  readonly text: string
  /** In their order; a default that isn't used is not looked into. */
  readonly uses: readonly VariableUse[]
  readonly faults: readonly InterpolationFault[]
}

export interface InterpolationFault {
  /** Within the text. */
  readonly offset: number
  /** `missing`: a variable that must be set (`?`) and isn't; `form`: not a form that Compose knows. */
  readonly kind: 'missing' | 'form'
  /** Names the variable at most, no value. */
  readonly message: string
}

/** Nested defaults in real files are two or three deep. */
const MAX_NESTING = 20

/** No value is longer; lines that double each other (`B=$A$A`) would fill the memory. */
const MAX_LENGTH = 1_048_576

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y

interface Run {
  readonly lookup: Lookup
  /** The place of an offset of the outermost text. */
  readonly locate: (offset: number) => Place
  readonly uses: VariableUse[]
  readonly faults: InterpolationFault[]
}

/** Fills in all variables of a text; `locate` gives the place of an offset in it, for defaults. */
export function interpolate(text: string, lookup: Lookup, locate: (offset: number) => Place): Interpolated {
  if (!text.includes('$')) return { text, uses: [], faults: [] }
  const run: Run = { lookup, locate, uses: [], faults: [] }
  return { text: fill(run, text, 0, 0), uses: run.uses, faults: run.faults }
}

function fill(run: Run, text: string, base: number, depth: number): string {
  let out = ''
  let from = 0
  for (let dollar = text.indexOf('$'); dollar !== -1; dollar = text.indexOf('$', from)) {
    out += text.slice(from, dollar)
    const next = text[dollar + 1]
    if (next === '$') {
      out += '$'
      from = dollar + 2
    } else if (next === '{') {
      const end = closingBrace(text, dollar + 1)
      from = end === -1 ? text.length : end + 1
      out += braced(run, text.slice(dollar + 2, end === -1 ? text.length : end), base + dollar, depth, end === -1)
    } else {
      const name = nameAt(text, dollar + 1)
      out += name === '' ? '$' : plainUse(run, name)
      from = dollar + 1 + name.length
    }
    if (out.length > MAX_LENGTH) break
  }
  return bounded(run, out + text.slice(from), base)
}

function bounded(run: Run, text: string, offset: number): string {
  if (text.length <= MAX_LENGTH) return text
  run.faults.push({ offset, kind: 'form', message: `a value of more than ${MAX_LENGTH} characters` })
  return ''
}

function nameAt(text: string, offset: number): string {
  NAME.lastIndex = offset
  return NAME.exec(text)?.[0] ?? ''
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth += 1
    else if (text[i] === '}' && --depth === 0) return i
  }
  return -1
}

function plainUse(run: Run, name: string): string {
  const variable = run.lookup(name)
  used(run, name, variable)
  return variable?.value ?? ''
}

function used(run: Run, name: string, variable: Variable | undefined): void {
  run.uses.push(
    variable?.value === undefined
      ? { name, from: undefined, by: 'nothing' }
      : { name, from: variable.from, by: 'file' },
  )
}

/** `inner` is what stands between the braces; `offset` is that of the dollar sign. */
function braced(run: Run, inner: string, offset: number, depth: number, unclosed: boolean): string {
  const name = nameAt(inner, 0)
  const operator = /^:?[-?+]/.exec(inner.slice(name.length))?.[0] ?? ''
  const rest = inner.slice(name.length + operator.length)
  if (unclosed || name === '' || (operator === '' && rest !== '') || depth > MAX_NESTING) {
    const what = unclosed ? 'a ${ that is never closed' : 'a ${…} in a form that Compose does not know'
    run.faults.push({ offset, kind: 'form', message: `${what}; write $$ for a dollar sign` })
    return ''
  }
  if (operator === '') return plainUse(run, name)
  const restOffset = offset + 2 + name.length + operator.length
  return withOperator(run, name, operator, { text: rest, offset: restOffset, depth: depth + 1 }, offset)
}

interface Rest {
  readonly text: string
  readonly offset: number
  readonly depth: number
}

function withOperator(run: Run, name: string, operator: string, rest: Rest, offset: number): string {
  const variable = run.lookup(name)
  const value = variable?.value
  const present = value !== undefined && (value !== '' || !operator.startsWith(':'))
  const kind = operator.at(-1)
  if (kind === '+') {
    used(run, name, variable)
    return present ? fill(run, rest.text, rest.offset, rest.depth) : (value ?? '')
  }
  if (present) {
    used(run, name, variable)
    return value
  }
  if (kind === '-') {
    run.uses.push({ name, from: run.locate(rest.offset), by: 'default' })
    return fill(run, rest.text, rest.offset, rest.depth)
  }
  used(run, name, variable)
  run.faults.push({ offset, kind: 'missing', message: `${name} must be set, and no env file gives it a value` })
  return ''
}
