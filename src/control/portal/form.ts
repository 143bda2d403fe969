import { CastellanError } from '../../kernel/errors.ts'

/** Names of fields with the most characters that each may have. */
export type Bounds = Readonly<Record<string, number>>
export type Fields<B extends Bounds> = { readonly [K in keyof B]: string }

const LARGEST_BODY = 16_384

/**
 * Reads `application/x-www-form-urlencoded` text: a closed list of fields, each at most once, each bounded. A field that
 * was left out is empty. Throws CastellanError `portal.form`.
 */
export function readFields<const B extends Bounds>(text: string, bounds: B): Fields<B> {
  const found = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    const bound = Object.hasOwn(bounds, name) ? bounds[name]! : -1
    // U+FFFD stands for bytes that are not UTF-8: several secrets would read as one.
    if (value.length > bound || found.has(name) || /[\0\ufffd]/.test(value)) throw malformed()
    found.set(name, value)
  }
  const entries = Object.keys(bounds).map((name) => [name, found.get(name) ?? ''])
  return Object.fromEntries(entries)
}

/** The body of a form, at most 16 KiB. Throws CastellanError `portal.type`, `portal.size` or `portal.form`. */
export async function readForm<const B extends Bounds>(request: Request, bounds: B): Promise<Fields<B>> {
  const type = request.headers.get('content-type') ?? ''
  const encoded = request.headers.has('content-encoding')
  if (encoded || !/^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i.test(type)) {
    throw new CastellanError('portal.type', 'Only forms can be sent here.')
  }
  return readFields(await readBody(request), bounds)
}

async function readBody(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > LARGEST_BODY) throw new CastellanError('portal.size', 'This form is too large.')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('latin1')
  // Browsers percent-encode everything else, in UTF-8.
  if (/[^\x21-\x7e]/.test(text)) throw malformed()
  return text
}

function malformed(): CastellanError {
  return new CastellanError('portal.form', 'This form or link is not complete, or was changed on its way.', {
    hint: 'Go back, load the page again, and try once more.',
  })
}
