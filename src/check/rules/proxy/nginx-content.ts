import { inForce, type Scope, scopesOf } from '../../readers/nginx/scope.ts'

/** Hand a request to something that answers it. */
const PASSES = ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'grpc_pass', 'scgi_pass'] as const

/**
 * The blocks of a server that hand out content: its locations that neither refuse, redirect nor are internal, or the
 * server itself when it has no location. None when the server only redirects or refuses.
 */
export function contentScopes(server: Scope): readonly Scope[] {
  if (server.own.has('return') || redirects(server)) return []
  const locations = [...scopesOf(server, 'location')].filter((scope) => !answersItself(scope) && !isAcme(scope))
  if ([...scopesOf(server, 'location')].length > 0) return locations
  return [server]
}

function answersItself({ own }: Scope): boolean {
  return (
    own.has('return') ||
    own.has('internal') ||
    own.get('deny')?.some(({ args }) => args[0]?.value === 'all' && !own.has('allow')) === true ||
    own.has('stub_status')
  )
}

/** Let's Encrypt's HTTP-01 challenge is fetched over plain HTTP, so it is no content of the site. */
function isAcme({ directive }: Scope): boolean {
  return directive?.args.some(({ value }) => value.includes('.well-known')) === true
}

/** Everything is sent away: `rewrite ^ https://…`, or an `if` on the scheme in a server that takes plain HTTP only. */
function redirects(server: Scope): boolean {
  const rewritten = server.own.get('rewrite')?.some(({ args }) => args[1]?.value.startsWith('https://'))
  const takesTls = server.own.get('listen')?.some(({ args }) => args.some(({ value }) => value === 'ssl'))
  return rewritten === true || (takesTls !== true && redirectsPlain(server))
}

/** Does a server that takes TLS, too, send plain requests away? */
export function redirectsPlain(server: Scope): boolean {
  return server.children.some(
    ({ kind, directive, own }) =>
      kind === 'if' && own.has('return') && directive!.args.some(({ value }) => /\$(?:scheme|https)\b/.test(value)),
  )
}

/** The scopes of a server that pass requests on over HTTP. */
export function proxiedScopes(server: Scope): readonly Scope[] {
  return [...scopesOf(server, 'location', 'if', 'limit_except')].filter(({ own }) => own.has('proxy_pass'))
}

/** Files from disk: no pass to another program, and a `root` or `alias` in force. */
export function isStatic(scope: Scope): boolean {
  return PASSES.every((name) => !scope.own.has(name)) && (inForce(scope, 'root').length > 0 || scope.own.has('alias'))
}
