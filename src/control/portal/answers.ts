import { layout, type Page } from '../../pages/layout.ts'
import { STYLE_SOURCE } from '../../pages/style.ts'

/** What an answer may add to the strict headers that all have. */
interface Extras {
  readonly status?: number
  /** Origins besides the portal that a form may end at: Chromium applies `form-action` to redirects, too. */
  readonly formTargets?: readonly string[]
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A page with the headers that every answer of the portal has. */
export function showPage(page: Page, { status = 200, formTargets = [], headers = {} }: Extras = {}): Response {
  return new Response(layout(page), {
    status,
    headers: { ...strict(formTargets), 'content-type': 'text/html; charset=utf-8', ...headers },
  })
}

/** Sends the browser on with GET (303), with these cookies. */
export function redirect(location: string, ...cookies: readonly string[]): Response {
  const answer = new Response(null, { status: 303, headers: { ...strict([]), location } })
  for (const cookie of cookies) answer.headers.append('set-cookie', cookie)
  return answer
}

/**
 * `same-origin` and not `no-referrer`: a secret in an address goes to nobody else either way, but with `no-referrer`
 * browsers send `Origin: null` with our own forms (Fetch, "append a request Origin header"), and we refuse that.
 */
function strict(formTargets: readonly string[]): Record<string, string> {
  const forms = ["'self'", ...formTargets].join(' ')
  return {
    'content-security-policy': `default-src 'none'; style-src ${STYLE_SOURCE}; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}
