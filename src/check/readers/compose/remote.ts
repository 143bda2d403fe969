/** A file that Compose would fetch: `https://…`, `oci://…`, `git@…`. */
export function isRemote(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(path)
}
