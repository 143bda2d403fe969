import type { FixReport } from '../fix/report.ts'
import { WORST_FIRST } from '../result.ts'
import type { Finding } from '../rules/rule.ts'
import type { Paint } from './paint.ts'
import { counted, hanging } from './wrap.ts'

/** What `--fix` wrote, what would be gone, and what is left for a person. */
export function fixLines(
  { folder, written, replaced, refused, mended, left, validity, steps }: FixReport,
  paint: Paint,
): string[] {
  const text = (lead: string, what: string) => hanging(lead, paint.safe(what), 2, paint.width)
  const colour = validity.valid === false ? paint.red : validity.valid === true ? paint.green : paint.yellow
  return [
    paint.bold(`Fixes for ${paint.safe(folder)}`),
    ...(written.length === 0 ? ['  nothing was written'] : text('written  ', written.join(', '))),
    ...(replaced.length === 0 ? [] : text('replaced ', `${replaced.join(', ')} of an earlier run`)),
    ...refused.flatMap((file) =>
      text('kept     ', `${file} was not made by Castellan and is not replaced; move it away first`),
    ),
    ...text('valid    ', validity.reason).map(colour),
    `  ${counted(mended.length, 'finding')} ${mended.length === 1 ? 'is' : 'are'} gone with them:`,
    ...worstFirst(mended)
      .flatMap((finding) => text('  ', brief(finding)))
      .map(paint.green),
    `  ${counted(left.length, 'finding')} ${left.length === 1 ? 'needs' : 'need'} a person:`,
    ...worstFirst(left).flatMap((finding) => text('  ', brief(finding))),
    ...steps.flatMap((step) => text('next: ', step)),
    '',
  ]
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity))
}

function brief({ rule, service, title, severity }: Finding): string {
  return `${severity} ${rule}${service === null ? '' : ` (${service})`}: ${title}`
}
