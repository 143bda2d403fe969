/**
 * A path as one word of a command that a person copies into a shell: names of files come from anybody, and one such as
 * `$(…)` would be carried out. Control characters, a line break above all, are written as `\x0a` within `$'…'`.
 */
export function shellWord(path: string): string {
  const name = path.startsWith('-') ? `./${path}` : path
  if (/^[\w@%+=:,./-]+$/.test(name)) return name
  if (!/[\x00-\x1f\x7f]/.test(name)) return `'${name.replaceAll("'", "'\\''")}'`
  const escaped = name.replace(/[\\']/g, '\\$&')
  return `$'${escaped.replace(/[\x00-\x1f\x7f]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`
}
