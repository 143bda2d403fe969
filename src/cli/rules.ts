/** `castellan rules`: what the check looks for. */
import { guideNames, loadGuide } from '../check/guide/load.ts'
import { rules } from '../check/rules/all.ts'
import type { Rule, Sample } from '../check/rules/rule.ts'
import { CastellanError } from '../kernel/errors.ts'
import { type Terminal, table } from './terminal.ts'

export function listRules({ json }: { readonly json: boolean }, terminal: Terminal): void {
  if (json) {
    terminal.line(JSON.stringify(rules.map(({ id, severity, title }) => ({ id, severity, title }))))
    return
  }
  for (const line of table(rules.map(({ id, severity, title }) => [id, severity, title]))) terminal.line(line)
}

/** Throws `rules.unknown`. */
export function showRule(id: string, { json }: { readonly json: boolean }, terminal: Terminal): void {
  const rule = rules.find((one) => one.id === id)
  if (rule === undefined) throw unknown(id)
  const claims = guideNames().flatMap((name) => claimsOf(name, id))
  const { severity, title, looksFor, why, fix, bad, good } = rule
  if (json) {
    terminal.line(JSON.stringify({ id, severity, title, looksFor, why, fix, bad, good, claims }))
    return
  }
  terminal.line(`${terminal.bold(id)}  ${severity}`)
  for (const text of [title, '', looksFor, '', `Why: ${why}`, '', `Fix: ${fix}`, '']) terminal.line(text)
  for (const [word, sample] of [['Bad', bad] as const, ['Good', good] as const]) {
    terminal.line(terminal.bold(`${word}:`))
    for (const line of sampleLines(sample)) terminal.line(`  ${line}`)
  }
  terminal.line(claims.length === 0 ? 'No guide asks for it: it is general.' : `Claims: ${claims.join(', ')}`)
}

function claimsOf(guide: string, rule: string): readonly string[] {
  return loadGuide(guide).claims.flatMap(({ id, rules: deciding }) => (deciding.includes(rule) ? [id] : []))
}

function sampleLines(sample: Sample): readonly string[] {
  return Object.entries(sample).flatMap(([name, text]) => [`# ${name}`, ...text.trimEnd().split('\n'), ''])
}

function unknown(id: string): CastellanError {
  const family = id.split('.')[0] ?? ''
  const near: readonly Rule[] = rules.filter((rule) => rule.id.startsWith(`${family}.`) || rule.id.endsWith(`.${id}`))
  return new CastellanError('rules.unknown', `There is no rule ${JSON.stringify(id.slice(0, 80))}.`, {
    hint:
      near.length === 0
        ? 'castellan rules list names all of them.'
        : `There are: ${near.map((one) => one.id).join(', ')}.`,
  })
}
