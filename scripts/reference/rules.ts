import { guideNames, loadGuide } from '../../src/check/guide/load.ts'
import { rules } from '../../src/check/rules/all.ts'
import type { Rule, Sample } from '../../src/check/rules/rule.ts'
import { code, page, table } from './markdown.ts'

/** How each family is called; the order is that of the rules. */
const FAMILIES: Readonly<Record<string, string>> = {
  compose: 'Docker Compose',
  image: 'Images and Dockerfiles',
  secret: 'Secrets',
  setting: 'Settings',
  proxy: 'nginx and Caddy',
  backup: 'Backups',
  package: 'Packages and reports of scanners',
  automation: 'CI, updates and scripts',
  kubernetes: 'Kubernetes',
  host: 'The host',
  docker: 'What really runs (--docker)',
}

/** The page of all rules: what each looks for, why, how to mend it, and a sample of both kinds. */
export function rulesPage(): string {
  const intro = `What \`castellan check\` looks for: ${rules.length} rules. The bad sample of each rule is run as a test that it is found,
and the good one that it is not. A claim is one thing that the security guide of an application asks for
(\`castellan check --guide NAME\`); a rule without claims is general. \`castellan rules show ID\` prints the same.`
  const claims = claimsByRule()
  const families = [...new Set(rules.map(familyOf))]
  return page(
    'Rules',
    intro,
    families.flatMap((family) => {
      const own = rules.filter((rule) => familyOf(rule) === family)
      const overview = table(
        ['rule', 'severity', 'finds'],
        own.map(({ id, severity, title }) => [`[${code(id)}](#${anchorOf(id)})`, severity, title]),
      )
      const title = FAMILIES[family]
      if (title === undefined) throw new Error(`the family ${family} has no title here`)
      return [`## ${title}\n\n${overview}`, ...own.map((rule) => section(rule, claims.get(rule.id) ?? []))]
    }),
  )
}

function familyOf({ id }: Rule): string {
  return id.slice(0, id.indexOf('.'))
}

/** As GitHub makes it from a heading. */
function anchorOf(id: string): string {
  return id.replaceAll('.', '')
}

function claimsByRule(): ReadonlyMap<string, readonly string[]> {
  const claims = new Map<string, string[]>()
  for (const { id, rules: deciding } of guideNames().flatMap((name) => loadGuide(name).claims))
    for (const rule of deciding) claims.set(rule, [...(claims.get(rule) ?? []), id])
  return claims
}

function section({ id, severity, title, looksFor, why, fix, bad, good }: Rule, claims: readonly string[]): string {
  return [
    `### ${id}`,
    `${title}. Severity: ${severity}.`,
    looksFor,
    `**Why:** ${why}`,
    `**Fix:** ${fix}`,
    claims.length === 0 ? 'Claims: none, it is general.' : `Claims: ${claims.join(', ')}.`,
    `<details><summary>Samples</summary>\n\nBad:\n\n${sample(bad)}\n\nGood:\n\n${sample(good)}\n\n</details>`,
  ]
    .map(shielded)
    .join('\n\n')
}

/** Words such as `<name>` are text, not tags of HTML; what is in code is left alone. */
function shielded(text: string): string {
  if (text.startsWith('<details>')) return text
  return text.replace(/`[^`]*`|</g, (part) => (part === '<' ? '&lt;' : part))
}

function sample(files: Sample): string {
  return Object.entries(files)
    .map(([name, text]) => `${code(name)}\n\n${fence(text)}\n${text.trimEnd()}\n${fence(text)}`)
    .join('\n\n')
}

/** Longer than any that the text holds itself. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length))
  return '`'.repeat(longest + 1)
}
