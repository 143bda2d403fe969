import { Agent } from 'node:https'
import { type Answer, ask, type Question } from './ask.ts'
import type { Endpoint } from './endpoint.ts'

export interface Person {
  readonly email: string
  readonly password: string
  /** The address that the person comes from, in 127.0.0.0/8; sign-ins are throttled by address. */
  readonly from?: string
}

/** What a browser says with a navigation and with a form sent to its own origin (Fetch Metadata). */
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

/** A browser without scripts: follows redirects between hosts on one listener, and keeps each host's cookies. */
class Browser {
  readonly #listener: Endpoint
  readonly #from: string | undefined
  readonly #agent = new Agent({ keepAlive: true })
  readonly #cookies = new Map<string, Map<string, string>>()

  constructor(listener: Endpoint, from?: string) {
    this.#listener = listener
    this.#from = from
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  /** The Cookie header for an origin. */
  cookie(at: URL): string {
    return [...(this.#cookies.get(at.host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Requests, and follows redirects; the last answer, and where it came from. */
  async go(at: URL, question: Question = {}): Promise<{ answer: Answer; at: URL }> {
    let next: { at: URL; question: Question } = { at, question }
    for (let hops = 0; hops < 10; hops++) {
      const answer = await this.#once(next.at, next.question)
      const { location } = answer.headers
      if (answer.status < 300 || answer.status > 399 || location === undefined) return { answer, at: next.at }
      next = { at: new URL(location, next.at), question: {} }
    }
    throw new Error(`more than ten redirects, the last to ${next.at}`)
  }

  async #once(at: URL, question: Question): Promise<Answer> {
    const headers: Record<string, string> = { ...NAVIGATION, ...question.headers }
    const cookie = this.cookie(at)
    if (cookie !== '') headers.cookie = cookie
    const from = this.#from === undefined ? {} : { from: this.#from }
    const target = { port: this.#listener.port, tls: true, authority: at.host }
    const answer = await ask(target, {
      ...question,
      ...from,
      agent: this.#agent,
      path: at.pathname + at.search,
      headers,
    })
    this.#keep(at.host, answer.headers['set-cookie'] ?? [])
    return answer
  }

  #keep(host: string, lines: readonly string[]): void {
    const jar = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, jar)
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';')
      const name = pair.slice(0, pair.indexOf('=')).trim()
      if (attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute))) jar.delete(name)
      else jar.set(name, pair.slice(pair.indexOf('=') + 1).trim())
    }
  }
}

/**
 * Signs in as a person does: the site, the portal's form, back to the site. Returns the site's Cookie header.
 * `tls` is the site's listener, which must serve the portal too.
 */
export async function signIn(tls: Endpoint, person: Person): Promise<string> {
  using browser = new Browser(tls, person.from)
  const site = new URL(`https://${tls.authority}/`)
  const form = await browser.go(site)
  const { action, fields } = readForm(form.answer, form.at)
  const body = new URLSearchParams({ ...fields, email: person.email, password: person.password }).toString()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
    origin: form.at.origin,
    'sec-fetch-site': 'same-origin',
  }
  const back = await browser.go(action, { method: 'POST', headers, body })
  if (back.at.host !== site.host || back.answer.status !== 200) {
    throw new Error(`sign-in ended at ${back.at.origin} with ${back.answer.status}: ${back.answer.body.slice(0, 200)}`)
  }
  return browser.cookie(site)
}

/** The form that asks for a password: where it goes, and its hidden fields. */
function readForm({ status, body }: Answer, at: URL): { action: URL; fields: Record<string, string> } {
  const form = [...body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].find(([, , inside]) =>
    /type="?password/i.test(inside!),
  )
  if (form === undefined) throw new Error(`no sign-in form at ${at} (${status}): ${body.slice(0, 200)}`)
  const fields: Record<string, string> = {}
  for (const [input] of form[2]!.matchAll(/<input\b[^>]*>/gi)) {
    if (attribute(input, 'type') === 'hidden') fields[attribute(input, 'name') ?? ''] = attribute(input, 'value') ?? ''
  }
  return { action: new URL(attribute(form[1]!, 'action') ?? at.href, at), fields }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return value?.replace(/&#(?:x([0-9a-f]+)|(\d+));|&(amp|quot|lt|gt);/gi, (_, hex, decimal, named: string) =>
    named
      ? { amp: '&', quot: '"', lt: '<', gt: '>' }[named.toLowerCase()]!
      : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  )
}
