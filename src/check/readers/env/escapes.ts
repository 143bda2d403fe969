const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  // Left for interpolation, which makes one dollar sign of two.
  $: '$$',
}

/** The escapes that Compose knows within double quotes; any other backslash stays. `\0` takes up to three octal digits. */
export function expandEscapes(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (match, letter: string | undefined, octal: string) => {
    if (letter !== undefined) return ESCAPES[letter] ?? match
    return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : match
  })
}
