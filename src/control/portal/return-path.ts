/**
 * The path on `origin` that a person may be sent back to, in the form that a browser gives it; undefined when it could
 * lead anywhere else, or is longer than 4096 characters.
 *
 * It is read with the parser that browsers use, and looked at again afterwards, as `/..//host` becomes `//host` only
 * there (CVE-2025-8066, GHSA-5m6c-jp6f-2vcv, GHSA-qqxw-m5fj-f7gv). Encoded separators and control characters are
 * harmless to a browser, but not to whoever decodes the path once more on its way.
 */
export function returnPath(text: string, origin: string): string | undefined {
  if (text.length > 4_096 || !/^\/(?!\/)[\x21-\x7e]*$/.test(text) || /[\\#]/.test(text)) return undefined
  const url = URL.parse(text, origin)
  if (url === null || url.origin !== new URL(origin).origin || /%(?:[01][0-9a-f]|7f)/i.test(url.pathname))
    return undefined
  const decoded = URL.parse(url.pathname.replace(/%2f|%5c/gi, '/'), origin)
  if (url.pathname.startsWith('//') || decoded?.origin !== url.origin || decoded.pathname.startsWith('//'))
    return undefined
  return url.pathname + url.search
}
