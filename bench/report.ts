import type { Bar, Outcome, Row } from './scenario.ts'

export interface Finished {
  readonly id: string
  readonly title: string
  readonly outcome?: Outcome
  /** Why there is no outcome. */
  readonly error?: string
}

export interface Report {
  readonly date: string
  readonly command: string
  readonly versions: Record<string, string>
  readonly scenarios: readonly Finished[]
}

const WORDS = { 'at least': 'at least', 'at most': 'at most', below: 'less than' } as const

/** A figure with as many digits as it deserves. */
function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

const range = ({ min, max }: { min: number; max: number }): string => `${figure(min)} to ${figure(max)}`

const percent = (share: number | undefined): string => (share === undefined ? '' : `${Math.round(share * 100)}%`)

const rowCells = (row: Row): string[] => [row.what, figure(row.median), range(row), row.unit, percent(row.busy)]

const barCells = (bar: Bar): string[] => [
  bar.claim,
  `${WORDS[bar.must]} ${bar.limit} ${bar.unit}`,
  figure(bar.median),
  range(bar),
  bar.met ? 'met' : 'MISSED',
]

const ROW_HEAD = ['measured', 'median', 'spread', 'unit', 'core busy']
const BAR_HEAD = ['bar', 'must be', 'is', 'over the rounds', '']

/** For a person at a terminal. */
export function terminal({ id, title, outcome, error }: Finished): string {
  const parts = [`\n${id}: ${title}`]
  if (error !== undefined) parts.push(`  NOT MEASURED: ${error}`)
  if (outcome !== undefined) {
    if (outcome.rows.length > 0) parts.push(columns([ROW_HEAD, ...outcome.rows.map(rowCells)]))
    if (outcome.bars.length > 0) parts.push(columns([BAR_HEAD, ...outcome.bars.map(barCells)]))
    parts.push(...outcome.notes.map((note) => `  ${note}`))
  }
  return parts.join('\n')
}

function columns(lines: readonly string[][]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((cells) => cells[i]!.length)))
  return lines.map((cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd()).join('\n')
}

/** The whole of docs/measurements.md. */
export function markdown({ date, command, versions, scenarios }: Report): string {
  const machine = Object.entries(versions).map(([name, version]) => [name, version])
  const parts = [
    '# Measurements',
    `Written by \`${command}\` on ${date}. Medians, with the smallest and largest value; ratios are of the medians, ` +
      'with the range over pairs of the same round. The program under test has one core with all its processes; load ' +
      'and upstream share the other. "Core busy" below 90% says that the load, not the program, was the limit.',
    table(['', 'version'], machine),
  ]
  for (const { title, outcome, error } of scenarios) {
    parts.push(`## ${title}`)
    if (error !== undefined) parts.push(`Not measured: ${error.split('\n')[0]}`)
    if (outcome === undefined) continue
    if (outcome.rows.length > 0) parts.push(table(ROW_HEAD, outcome.rows.map(rowCells)))
    if (outcome.bars.length > 0) parts.push(table(BAR_HEAD, outcome.bars.map(barCells)))
    if (outcome.notes.length > 0) parts.push(outcome.notes.map((note) => `- ${note}`).join('\n'))
  }
  return `${parts.join('\n\n')}\n`
}

function table(head: readonly string[], lines: readonly string[][]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
