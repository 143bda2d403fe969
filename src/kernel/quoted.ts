/**
 * A piece of foreign text, made safe to stand in an error message or a log line: in quotes, at most 60 characters,
 * printable ASCII only. Control bytes and terminal escapes come out as `\uXXXX`, so that they can't forge a line.
 */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}...` : text
  return JSON.stringify(cut).replace(/[\x7f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
