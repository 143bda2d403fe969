import type { Service } from '../../readers/compose/types.ts'
import { type BoundPath, isWithin } from '../../readers/proxy-files.ts'
import type { Stack } from '../../stack.ts'

const PROXY_WORDS = /nginx|caddy|proxy|gateway|web|openresty|ingress/i

/**
 * Do clients reach the proxy that reads this file (absolute path), with no other proxy before it? When no container
 * takes the file it is the host's own proxy, which they do.
 */
export function facesClients(stack: Stack, path: string): boolean {
  const services = stack.compose?.services ?? []
  const users = services.filter((service) => usesFile(stack, service, path))
  return users.length === 0 || users.some(isPublished)
}

function usesFile(stack: Stack, service: Service, path: string): boolean {
  const isProxy = PROXY_WORDS.test(`${service.name} ${service.image?.value.repository ?? ''}`)
  const mounted = service.mounts.some(
    (mount) => mount.kind === 'bind' && isWithin(path, mount.source) && (isProxy || isProxyFolder(mount)),
  )
  const context = service.build?.value.context
  const built = context !== undefined && isWithin(path, context) && (isProxy || context !== stack.folder)
  return mounted || built
}

function isProxyFolder({ target }: BoundPath): boolean {
  return /\/(?:nginx|caddy|openresty)(?:\/|$)/i.test(target)
}

function isPublished({ ports, networkMode }: Service): boolean {
  return networkMode?.value === 'host' || ports.some(({ hostAddress }) => !isLoopbackText(hostAddress))
}

/** `127.0.0.1`, `localhost`, `[::1]`, with or without a port; `unix:` sockets, too. */
export function isLoopbackText(address: string): boolean {
  return /^(?:127\.|localhost(?::|$)|\[?::1\]?|unix[:/])/i.test(address)
}
