import type { CaddyFile, CaddySite } from '../../readers/caddy/types.ts'

/** Does the site take TLS connections? An address whose variable isn't known is taken for a host name. */
export function caddyTakesTls(file: CaddyFile, site: CaddySite): boolean {
  const own = site.directives.some(({ name, args }) => name === 'tls' && args[0]?.value !== 'off')
  if (own) return true
  return autoHttps(file) !== 'off' && site.addresses.some(({ value }) => !isPlainAddress(value))
}

/** Does it answer plain HTTP itself? Caddy redirects what it knows by its host name, unless it is told not to. */
export function caddyAnswersPlain(file: CaddyFile, site: CaddySite): boolean {
  return !caddyTakesTls(file, site) || site.addresses.some(({ value }) => isPlainAddress(value))
}

/** The option `auto_https`, or `on`. */
export function autoHttps(file: CaddyFile): string {
  return file.options.find(({ name }) => name === 'auto_https')?.args[0]?.value ?? 'on'
}

/** `http://…`, `:80`, `example.org:80`, or a port alone: Caddy serves these without TLS. */
export function isPlainAddress(address: string): boolean {
  if (address.startsWith('https://')) return false
  if (address.startsWith('http://')) return true
  const port = /:(\d+)$/.exec(address)?.[1]
  return port === '80' || (address.startsWith(':') && port !== undefined && port !== '443')
}
