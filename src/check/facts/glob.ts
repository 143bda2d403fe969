/** Does a name match a pattern in which `*` stands for anything? Case does not count. Linear in the name per star. */
export function matchesGlob(pattern: string, name: string): boolean {
  // Most patterns are plain names, and are asked for by the thousand.
  if (!pattern.includes('*')) return pattern.length === name.length && pattern.toLowerCase() === name.toLowerCase()
  const parts = pattern.toLowerCase().split('*')
  const text = name.toLowerCase()
  const first = parts.shift() ?? ''
  const last = parts.pop() ?? ''
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false
  let position = first.length
  for (const part of parts) {
    const found = text.indexOf(part, position)
    if (found === -1) return false
    position = found + part.length
  }
  return position <= text.length - last.length
}

/**
 * The repository of an image as facts name it: `registry:5000/library/postgres:15@sha256:…` becomes `postgres`,
 * `ghcr.io/dataspaceswiss/api` becomes `dataspaceswiss/api`.
 */
export function repositoryOf(image: string): string {
  const named = image.split('@', 1)[0] ?? ''
  const parts = named.split('/')
  const head = parts[0] ?? ''
  if (parts.length > 1 && (head.includes('.') || head.includes(':') || head === 'localhost')) parts.shift()
  if (parts.length > 1 && parts[0] === 'library') parts.shift()
  return parts.join('/').replace(/:[^:/]*$/, '')
}
