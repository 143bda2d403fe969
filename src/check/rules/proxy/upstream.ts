import { type Directive, walk } from '../../readers/directive.ts'
import { rootScope, type Scope, scopesOf } from '../../readers/nginx/scope.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { caddySitesOf, nginxSitesOf } from './site.ts'

/** One address that requests are passed on to. */
export interface Upstream {
  readonly at: Place
  readonly directive: Directive
  readonly tls: boolean
  /** Name or address, without port; as written. */
  readonly host: string
  /** The block of nginx, or undefined for Caddy. */
  readonly scope: Scope | undefined
}

/** All addresses that requests are passed on to; groups (`upstream` of nginx) are taken apart into their servers. */
export function upstreamsOf(stack: Stack): readonly Upstream[] {
  return [...nginxUpstreams(stack), ...caddyUpstreams(stack)]
}

function* nginxUpstreams(stack: Stack): Generator<Upstream> {
  const groups = new Map<unknown, ReadonlyMap<string, readonly Directive[]>>()
  for (const file of stack.nginx) groups.set(file, groupsOf(rootScope(file)))
  for (const { scope: server, file } of nginxSitesOf(stack))
    for (const scope of scopesOf(server, 'location', 'if', 'limit_except'))
      for (const name of ['proxy_pass', 'grpc_pass'])
        for (const directive of scope.own.get(name) ?? []) {
          const [, scheme = 'http', address = ''] = /^(?:(\w+):\/\/)?([^/]*)/.exec(directive.args[0]?.value ?? '') ?? []
          const members = groups.get(file)?.get(address)
          const tls = scheme === 'https' || scheme === 'grpcs'
          if (members === undefined) yield { at: directive.at, directive, tls, host: hostOf(address), scope }
          for (const member of members ?? [])
            yield { at: member.at, directive, tls, host: hostOf(member.args[0]?.value ?? ''), scope }
        }
}

function groupsOf(root: Scope): ReadonlyMap<string, readonly Directive[]> {
  const groups = new Map<string, readonly Directive[]>()
  for (const group of scopesOf(root, 'upstream'))
    groups.set(group.directive?.args[0]?.value ?? '', group.own.get('server') ?? [])
  return groups
}

function* caddyUpstreams(stack: Stack): Generator<Upstream> {
  for (const { site } of caddySitesOf(stack))
    for (const directive of walk(site.directives)) {
      if (directive.name !== 'reverse_proxy' && directive.name !== 'forward_auth') continue
      const more = (directive.block ?? []).filter(({ name }) => name === 'to').flatMap(({ args }) => args)
      const secured = [...walk(directive.block ?? [])].some(({ name }) =>
        /^tls(?:_insecure_skip_verify|_server_name)?$/.test(name),
      )
      for (const { value, at } of [...directive.args, ...more]) {
        if (/^[@/*]/.test(value)) continue
        const tls = secured || value.startsWith('https://')
        yield { at, directive, tls, host: hostOf(value.replace(/^\w+:\/\//, '')), scope: undefined }
      }
    }
}

/** Without port, path and the name and password that may stand before it. */
function hostOf(address: string): string {
  const host = address.replace(/\/.*$/, '').replace(/^.*@/, '')
  return /^\[([^\]]+)\]/.exec(host)?.[1] ?? host.replace(/:[^:]*$/, '')
}

/** Is a host surely outside: a public address, or a full name of the public name space? */
export function isPublicHost(host: string): boolean {
  if (/[${}]/.test(host) || host === '') return false
  if (/^[\d.]+$/.test(host))
    return !/^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      host,
    )
  if (host.includes(':')) return /^[23]/.test(host)
  return (
    host.includes('.') &&
    !/\.(?:local|localhost|internal|lan|home|home\.arpa|svc|cluster\.local|docker|test|intra|corp|private)$/i.test(host)
  )
}
