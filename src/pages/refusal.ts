import { escapeHtml } from '../kernel/html.ts'
import { layout } from './layout.ts'
import { STYLE_SOURCE } from './style.ts'

/** What a person is told whose request was stopped. All fields are plain text. */
export interface Refusal {
  /** One sentence: what happened. */
  readonly title: string
  /** What the person can do. */
  readonly advice?: string
  readonly requestId: string
  /** HTTP status. */
  readonly status: number
}

const KIND: Readonly<Record<number, string>> = { 401: 'Sign-in needed', 404: 'Not found', 429: 'Slow down' }

/** The page of a refused request as HTML. It names no rule: what decided is the operator's to know. */
export function refusalPage({ title, advice, requestId, status }: Refusal): string {
  const id = escapeHtml(requestId)
  const main = `<section class="card">
<p class="over">${KIND[status] ?? (status < 500 ? 'Refused' : 'Not available')} · ${status}</p>
<h1>${escapeHtml(title)}</h1>
${advice === undefined ? '' : `<p>${escapeHtml(advice)}</p>`}
<dl class="facts">
<dt>Request id</dt><dd><code>${id}</code></dd>
<dt>If this should not be so</dt><dd>Send this id to whoever runs this site. They can see what decided: <pre><code>castellan explain ${id}</code></pre></dd>
</dl>
</section>`
  return layout({ title, main })
}

/** Headers that belong to the page: flat list, name, value. The page loads nothing, sends nothing and is not framed. */
export const refusalHeaders: readonly string[] = Object.freeze([
  'content-type',
  'text/html; charset=utf-8',
  'content-security-policy',
  `default-src 'none'; style-src ${STYLE_SOURCE}; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
  'cache-control',
  'no-store',
  'referrer-policy',
  'same-origin',
  'x-content-type-options',
  'nosniff',
])
