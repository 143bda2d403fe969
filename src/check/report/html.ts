/** The report as one page: nothing is loaded, nothing runs, and it can be read on a phone. */
import { escapeHtml as text } from '../../kernel/html.ts'
import { layout } from '../../pages/layout.ts'
import type { FixReport } from '../fix/report.ts'
import type { CheckResult, GuideResult } from '../result.ts'
import { WORST_FIRST } from '../result.ts'
import type { Finding } from '../rules/rule.ts'
import { byStack, called, placeOf, type StackFindings } from './stacks.ts'
import { countsText } from './table.ts'
import { counted } from './wrap.ts'

/** `now`: milliseconds of the epoch. */
export function htmlReport(result: CheckResult, now: number): string {
  const { guide, fixes } = result
  const main = [
    head(result),
    problems(result),
    ...byStack(result).map((group) => stackCard(group)),
    ...(guide === undefined ? [] : [guideCard(guide)]),
    ...fixes.map(fixCard),
  ].join('\n')
  const bottom = `Written by castellan check on ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC. No file that was read was changed.`
  return layout({ title: 'Castellan: what was found', main, bottom, wide: true })
}

function head({ summary }: CheckResult): string {
  const { findings, bySeverity, minSeverity, failing, stacks } = summary
  const parts = WORST_FIRST.filter((severity) => bySeverity[severity] > 0)
    .map((severity) => `<span class="badge">${bySeverity[severity]} ${severity}</span>`)
    .join(' ')
  const bar = minSeverity === 'critical' ? 'critical' : `${minSeverity} or worse`
  const verdict = failing === 0 ? `None is ${bar}.` : `${failing} ${failing === 1 ? 'is' : 'are'} ${bar}.`
  return `<section class="card"><h1>${counted(findings, 'finding')}</h1>
<p class="quiet">In ${counted(stacks, 'installation')}.</p><p>${parts}</p>
<div class="note ${failing === 0 ? 'good' : 'bad'}">${verdict}</div></section>`
}

function problems({ problems: unread, notes }: CheckResult): string {
  if (unread.length + notes.length === 0) return ''
  const items = unread.map(({ at, message }) => {
    const where = at.line > 0 ? `${at.file}:${at.line}` : at.file
    return `<li><code>${text(where)}</code><br>${text(message)}</li>`
  })
  const quiet = notes.map((note) => `<li class="quiet">${text(note)}</li>`)
  const title = unread.length === 0 ? 'Notes' : 'Not everything could be read'
  return `<section class="card"><h2>${title}</h2><ul class="rows">${[...items, ...quiet].join('\n')}</ul></section>`
}

function stackCard({ stack, grave, others }: StackFindings): string {
  const items = [...grave.map((finding) => findingItem(finding)), ...others.map((findings) => ruleItem(findings))]
  const body =
    items.length === 0 ? '<div class="note good">Nothing found.</div>' : `<ul class="rows">${items.join('\n')}</ul>`
  return `<section class="card"><h2>${text(called(stack))}</h2><p class="quiet">Profile ${text(stack.profile)}.</p>
${body}</section>`
}

function findingItem(finding: Finding): string {
  const { title, service, severity } = finding
  const over = [severity, placeOf(finding), ...(service === null ? [] : [service])]
  return `<li><p class="over">${text(over.join(' · '))}</p><h3>${text(title)}</h3>
<div class="note bad">${seen(finding)}</div>${remedy(finding)}</li>`
}

/** All findings of one rule that is less grave. */
function ruleItem(findings: readonly Finding[]): string {
  const [first] = findings as [Finding, ...Finding[]]
  const each = findings.map((finding) => `<p class="small quiet">${text(placeOf(finding))}</p>${seen(finding)}`)
  const count = findings.length === 1 ? '' : ` · ${counted(findings.length, 'place')}`
  return `<li><p class="over">${text(first.severity)}${count}</p><h3>${text(first.title)}</h3>
<details><summary>Where</summary>${each.join('\n')}</details>${remedy(first)}</li>`
}

const seen = ({ observed, expected }: Finding): string =>
  `<p>${text(observed)}</p><p class="small quiet">Allowed: ${text(expected)}</p>`

function remedy({ why, fix, rule, claims }: Finding): string {
  const against = claims.length === 0 ? '' : ` Against ${text(claims.join(', '))}.`
  return `<details><summary>Why, and what to do</summary><p>${text(why)}</p><p>${text(fix)}</p>
<p class="small quiet"><code>${text(rule)}</code>${against}</p></details>`
}

function guideCard({ title, claims, counts }: GuideResult): string {
  const items = claims.map(
    ({ id, status, asks, reason, untrue }) =>
      `<li><p class="over">${text(id)} · ${status}</p><p>${text(asks)}</p><p class="small quiet">${text(reason)}</p>${
        untrue === null ? '' : `<div class="note">The guide is wrong here: ${text(untrue)}</div>`
      }</li>`,
  )
  return `<section class="card"><h2>${text(title)}</h2><p class="quiet">${countsText(counts, claims.length)}.</p>
<ul class="rows">${items.join('\n')}</ul></section>`
}

function fixCard({ folder, written, refused, mended, left, validity, steps }: FixReport): string {
  const list = (items: readonly string[]) =>
    `<ul class="rows">${items.map((item) => `<li>${text(item)}</li>`).join('\n')}</ul>`
  const brief = (findings: readonly Finding[]) =>
    list(findings.map(({ title, service, rule }) => `${title}${service === null ? '' : ` (${service})`}, ${rule}`))
  const files = written.length === 0 ? '<p>Nothing was written.</p>' : `<p>Written: ${text(written.join(', '))}</p>`
  const kept = refused.map((file) => `<p>${text(file)} was not made by Castellan and is not replaced.</p>`).join('')
  return `<section class="card"><h2>Fixes for ${text(folder)}</h2>${files}${kept}<p>${text(validity.reason)}</p>
<details><summary>${counted(mended.length, 'finding')} gone with them</summary>${brief(mended)}</details>
<details><summary>${counted(left.length, 'finding')} left for a person</summary>${brief(left)}</details>
${steps.length === 0 ? '' : `<h3>Next</h3>${list(steps)}`}</section>`
}
