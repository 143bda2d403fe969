import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request as https } from 'node:https'
import { text } from 'node:stream/consumers'

/** A page, or what was there instead of one. */
export interface Page {
  readonly at: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a browser says with a navigation (Fetch Metadata). */
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

/** A browser without scripts: keeps each host's cookies and follows redirects between hosts of one listener. */
export class Browser {
  readonly #port: number
  readonly #from: string
  readonly #agent = new Agent({ keepAlive: true })
  readonly cookies = new Map<string, Map<string, string>>()

  /** `from` is the client's address, any of 127.0.0.0/8. */
  constructor(port: number, from = '127.0.0.1') {
    this.#port = port
    this.#from = from
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  /** The `Cookie` header for a host. */
  cookie(host: string): string {
    return [...(this.cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Requests and follows redirects until `stop` says that this answer is what was wanted. */
  async go(at: URL, question: Question = {}, stop: (page: Page) => boolean = () => false): Promise<Page> {
    let page = await this.once(at, question)
    for (let hops = 0; page.headers.location !== undefined && !stop(page); hops++) {
      if (hops === 20) throw new Error(`more than twenty redirects, the last from ${page.at}`)
      page = await this.once(new URL(page.headers.location, page.at))
    }
    return page
  }

  /** One request; redirects are not followed. */
  async once(at: URL, question: Question = {}): Promise<Page> {
    const cookie = this.cookie(at.hostname)
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    https({
      host: '127.0.0.1',
      port: this.#port,
      localAddress: this.#from,
      servername: at.hostname,
      rejectUnauthorized: false,
      agent: this.#agent,
      method: question.method ?? 'GET',
      path: at.pathname + at.search,
      headers: { host: at.host, ...NAVIGATION, ...(cookie === '' ? {} : { cookie }), ...question.headers },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(question.body)
    const answer = await promise
    this.#keep(at.hostname, answer.headers['set-cookie'] ?? [])
    return { at, status: answer.statusCode!, headers: answer.headers, body: await text(answer) }
  }

  /** Sends a form as its page does. */
  async submit(page: Page, fields: Readonly<Record<string, string>>, stop?: (page: Page) => boolean): Promise<Page> {
    const form = readForm(page)
    const body = new URLSearchParams({ ...form.fields, ...fields }).toString()
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      origin: page.at.origin,
      'sec-fetch-site': 'same-origin',
    }
    return this.go(form.action, { method: 'POST', headers, body }, stop)
  }

  #keep(host: string, lines: readonly string[]): void {
    const jar = this.cookies.get(host) ?? new Map<string, string>()
    this.cookies.set(host, jar)
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';')
      const name = pair.slice(0, pair.indexOf('=')).trim()
      if (attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute))) jar.delete(name)
      else jar.set(name, pair.slice(pair.indexOf('=') + 1).trim())
    }
  }
}

/** The form of a page that asks for a password: where it goes, and its hidden fields. */
export function readForm({ at, status, body }: Page): {
  readonly action: URL
  readonly fields: Record<string, string>
} {
  const forms = [...body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)]
  const form = forms.find(([, , inside]) => /type="?password/i.test(inside!))
  if (form === undefined) throw new Error(`no form with a password at ${at} (${status}): ${body.slice(0, 200)}`)
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
