import type { KubernetesObject } from '../../readers/kubernetes/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { at, itemsOf, textOf } from '../../text/tree.ts'
import { ofKind } from './objects.ts'

export const NGINX = 'nginx.ingress.kubernetes.io/'

/** Is it served by the community's nginx controller, whose annotations are known here? */
export function isNginx({ tree, annotations }: KubernetesObject): boolean {
  if ([...annotations.keys()].some((name) => name.startsWith(NGINX))) return true
  const name = textOf(at(tree, 'spec', 'ingressClassName')) ?? annotations.get('kubernetes.io/ingress.class')?.value
  return name?.includes('nginx') ?? false
}

export function nginxIngresses(stack: Stack): readonly KubernetesObject[] {
  return ofKind(stack, 'Ingress').filter(isNginx)
}

/** Value of one of nginx' annotations. */
export function nginxSetting({ annotations }: KubernetesObject, name: string): string | undefined {
  return annotations.get(NGINX + name)?.value
}

export interface Route {
  readonly object: KubernetesObject
  readonly at: Place
  readonly path: string
  readonly exact: boolean
}

/** The Ingress that answers a path: the one with the longest path that covers it. Paths with patterns are not understood. */
export function routeFor(stack: Stack, path: string): Route | undefined {
  let best: Route | undefined
  for (const route of nginxIngresses(stack).flatMap(routesOf)) {
    const prefix = route.path.replace(/\/$/, '')
    const fits = route.exact ? route.path === path : path === prefix || path.startsWith(`${prefix}/`)
    if (fits && (best === undefined || route.path.length > best.path.length)) best = route
  }
  return best
}

function routesOf(object: KubernetesObject): readonly Route[] {
  return itemsOf(at(object.tree, 'spec', 'rules')).flatMap((rule) =>
    itemsOf(at(rule, 'http', 'paths')).map((route) => ({
      object,
      at: route.at,
      path: textOf(at(route, 'path')) ?? '/',
      exact: textOf(at(route, 'pathType')) === 'Exact',
    })),
  )
}

/** Hosts that an Ingress serves; `undefined` stands for any host. */
export function hostsOf({
  tree,
}: KubernetesObject): readonly { readonly host: string | undefined; readonly at: Place }[] {
  const rules = itemsOf(at(tree, 'spec', 'rules'))
  if (rules.length === 0) return [{ host: undefined, at: tree.at }]
  return rules.map((rule) => ({ host: textOf(at(rule, 'host')), at: rule.at }))
}

/** Names of the Services that an Ingress or an HTTPRoute leads to. */
export function backendsOf({ kind, tree }: KubernetesObject): readonly string[] {
  const spec = at(tree, 'spec')
  if (kind === 'HTTPRoute') {
    const refs = itemsOf(at(spec, 'rules')).flatMap((rule) => itemsOf(at(rule, 'backendRefs')))
    return refs.flatMap((ref) => textOf(at(ref, 'name')) ?? [])
  }
  const paths = itemsOf(at(spec, 'rules')).flatMap((rule) => itemsOf(at(rule, 'http', 'paths')))
  const backends = [at(spec, 'defaultBackend'), at(spec, 'backend'), ...paths.map((path) => at(path, 'backend'))]
  return backends.flatMap((one) => textOf(at(one, 'service', 'name')) ?? textOf(at(one, 'serviceName')) ?? [])
}
