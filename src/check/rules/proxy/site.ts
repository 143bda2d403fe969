import type { CaddyFile, CaddySite } from '../../readers/caddy/types.ts'
import { walk } from '../../readers/directive.ts'
import { inForce, rootScope, type Scope, scopesOf } from '../../readers/nginx/scope.ts'
import type { NginxFile } from '../../readers/nginx/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { caddyAnswersPlain, caddyTakesTls } from './caddy-address.ts'
import { facesClients, isLoopbackText } from './exposure.ts'
import { contentScopes } from './nginx-content.ts'

/** A virtual host of a proxy: what the rules that hold for nginx and Caddy alike look at. */
export type Site = NginxSite | CaddyHost

interface Common {
  /** For messages. */
  readonly name: string
  readonly at: Place
  /** Takes TLS connections. */
  readonly tls: boolean
  /** Answers plain HTTP with more than the redirect that Caddy makes by itself. */
  readonly plain: boolean
  /** Clients reach it, and no other proxy of the installation stands before it. */
  readonly outer: boolean
  /** It is told to believe a proxy before it about the client's address. */
  readonly behind: boolean
  /** Hands out content, not only redirects and refusals. */
  readonly serving: boolean
}

export interface NginxSite extends Common {
  readonly kind: 'nginx'
  readonly scope: Scope
  readonly file: NginxFile
}

export interface CaddyHost extends Common {
  readonly kind: 'caddy'
  readonly site: CaddySite
  readonly file: CaddyFile
}

const known = new WeakMap<Stack, readonly Site[]>()

/** All virtual hosts of the stack, in the order of its files; the same array at every call. */
export function sitesOf(stack: Stack): readonly Site[] {
  const sites = known.get(stack) ?? [
    ...stack.nginx.flatMap((file) => nginxSites(stack, file)),
    ...stack.caddy.flatMap((file) => caddyHosts(stack, file)),
  ]
  known.set(stack, sites)
  return sites
}

/** Those of nginx. */
export function nginxSitesOf(stack: Stack): readonly NginxSite[] {
  return sitesOf(stack).filter((site) => site.kind === 'nginx')
}

/** Those of Caddy. */
export function caddySitesOf(stack: Stack): readonly CaddyHost[] {
  return sitesOf(stack).filter((site) => site.kind === 'caddy')
}

/** For `applies`: is there any file of nginx or Caddy? */
export function hasProxy(stack: Stack): boolean {
  return stack.nginx.length + stack.caddy.length > 0
}

export function hasNginx(stack: Stack): boolean {
  return stack.nginx.length > 0
}

export function hasCaddy(stack: Stack): boolean {
  return stack.caddy.length > 0
}

function nginxSites(stack: Stack, file: NginxFile): readonly Site[] {
  const outer = facesClients(stack, file.path)
  const root = rootScope(file)
  const https = [...scopesOf(root, 'http')]
  const servers = https.flatMap((http) => http.children.filter(({ kind }) => kind === 'server'))
  return servers.map((scope): NginxSite => {
    const listens = scope.own.get('listen') ?? []
    const sslOn = inForce(scope, 'ssl').at(-1)?.args[0]?.value === 'on'
    const isTls = (args: readonly { readonly value: string }[]) =>
      sslOn || args.some(({ value }) => value === 'ssl' || value === 'quic')
    const local = listens.length > 0 && listens.every(({ args }) => isLoopbackText(args[0]?.value ?? ''))
    return {
      kind: 'nginx',
      scope,
      file,
      name: nginxName(scope),
      at: scope.directive!.at,
      tls: listens.some(({ args }) => isTls(args)),
      plain: listens.length === 0 || listens.some(({ args }) => !isTls(args)),
      outer: outer && !local,
      behind: inForce(scope, 'set_real_ip_from').length > 0,
      serving: contentScopes(scope).length > 0,
    }
  })
}

function nginxName(scope: Scope): string {
  const names = (scope.own.get('server_name') ?? []).flatMap(({ args }) => args.map(({ value }) => value))
  const name = names.find((one) => one !== '_' && one !== '')
  return name === undefined ? 'this server' : name.slice(0, 100)
}

function caddyHosts(stack: Stack, file: CaddyFile): readonly Site[] {
  const outer = facesClients(stack, file.path)
  const behind = [...walk(file.options)].some(({ name }) => name === 'trusted_proxies')
  return file.sites.map((site): CaddyHost => {
    const all = [...walk(site.directives)]
    const bind = all.find(({ name }) => name === 'bind')?.args ?? []
    const hosts = site.addresses.map(({ value }) => value.replace(/^https?:\/\//, ''))
    const local = bind.length > 0 ? bind.every(({ value }) => isLoopbackText(value)) : hosts.every(isLoopbackText)
    return {
      kind: 'caddy',
      site,
      file,
      name: site.addresses[0]!.value.slice(0, 100),
      at: site.at,
      tls: caddyTakesTls(file, site),
      plain: caddyAnswersPlain(file, site),
      outer: outer && !local,
      behind,
      serving: all.some(({ name }) => /^(?:reverse_proxy|file_server|php_fastcgi|respond|templates)$/.test(name)),
    }
  })
}
