/** A text with its `{$NAME}` filled in, and the way back from its offsets to those of the text as written. */
export interface Filled {
  readonly text: string
  offsetOf(filled: number): number
}

const VARIABLE = /\{\$([A-Za-z_][\w.-]*)(?::((?:[^{}\n]|\{(?!\$))*))?\}/g

/**
 * Fills in `{$NAME}` and `{$NAME:default}` as Caddy does: in the bytes, before anything is parsed. A name without value
 * and default stays as it is written, as its value is not known here.
 */
export function fillVariables(text: string, values: ReadonlyMap<string, string>): Filled {
  const pieces: { readonly filled: number; readonly written: number; readonly replaced: boolean }[] = []
  let result = ''
  let last = 0
  const keep = (from: number, to: number) => {
    pieces.push({ filled: result.length, written: from, replaced: false })
    result += text.slice(from, to)
  }
  for (const match of text.matchAll(VARIABLE)) {
    const value = values.get(match[1]!) || match[2]
    if (value === undefined) continue
    keep(last, match.index)
    pieces.push({ filled: result.length, written: match.index, replaced: true })
    result += value
    last = match.index + match[0].length
  }
  keep(last, text.length)
  return {
    text: result,
    offsetOf(filled) {
      let low = 0
      let high = pieces.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (pieces[middle]!.filled <= filled) low = middle
        else high = middle - 1
      }
      const piece = pieces[low]!
      return piece.replaced ? piece.written : piece.written + filled - piece.filled
    },
  }
}
