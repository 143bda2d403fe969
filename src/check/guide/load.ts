/** Reads `guides/*.yaml`. A file is read when it is first asked for, and once. */
import { type Fields, readFacts } from '../facts/fields.ts'
import { factsFile, factsNames, factsValue } from '../facts/folder.ts'
import type { Claim, Guide } from './guide.ts'

const loaded = new Map<string, Guide>()

/** What `--guide` takes, sorted. */
export function guideNames(): readonly string[] {
  return factsNames('guides')
}

/**
 * The claims of one guide.
 *
 * @throws CastellanError `check.unknown-name`, `check.facts-invalid`
 */
export function loadGuide(name: string): Guide {
  const guide = loaded.get(name) ?? readGuide(name, factsValue('guides', name))
  loaded.set(name, guide)
  return guide
}

/** Checks what a file says of a guide. */
export function readGuide(name: string, value: unknown): Guide {
  return readFacts(factsFile('guides', name), value, (fields) => {
    const guide = { name, title: fields.text('title'), claims: fields.list('claims', readClaim) }
    const ids = new Set<string>()
    for (const { id } of guide.claims) {
      if (ids.has(id) || !id.startsWith(`${name}-`)) fields.refuse('claims', id, `every ${name}-NUMBER once`)
      ids.add(id)
    }
    return guide
  })
}

function readClaim(fields: Fields): Claim {
  const sets = fields.pairs('rules')
  const rules = sets.flat()
  const claim = {
    id: fields.text('id'),
    asks: fields.text('asks'),
    section: fields.text('section'),
    rules: rules.map(([rule]) => rule),
    about: Object.fromEntries(rules.flatMap(([rule, about]) => (about === undefined ? [] : [[rule, about]]))),
    anyOf: sets.map((set) => set.map(([rule]) => rule)),
    controls: fields.texts('controls'),
    attest: fields.optional('attest'),
    untrue: fields.optional('untrue'),
  }
  if (new Set(claim.rules).size < claim.rules.length) fields.refuse('rules', claim.rules, 'every rule once')
  for (const about of Object.values(claim.about)) checkExpression(fields, about)
  if (claim.rules.length + claim.controls.length === 0 && claim.attest === undefined) {
    fields.refuse('rules', claim.rules, 'at least one of rules, controls and attest')
  }
  return claim
}

function checkExpression(fields: Fields, text: string): void {
  try {
    new RegExp(text)
  } catch {
    fields.refuse('rules', text, 'a regular expression')
  }
}
