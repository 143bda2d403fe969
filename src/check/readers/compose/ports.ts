import { at, type Tree, textOf } from '../../text/tree.ts'
import type { PublishedPort } from './types.ts'

/**
 * One item of `ports`: `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `[::1]:8000-8010:80-90`, `127.0.0.1::80`, or the long form.
 * A text says what is wrong with it; undefined for an empty item.
 */
export function parsePort(item: Tree): PublishedPort | string | undefined {
  if (item.kind === 'mapping') return longPort(item)
  const text = textOf(item)
  if (text === undefined) return undefined
  const [spec = '', protocol = 'tcp', ...more] = text.split('/')
  const parts = splitAddress(spec)
  const target = range(parts?.target)
  const published = parts?.published === '' ? undefined : range(parts?.published)
  if (parts === undefined || more.length > 0 || target === undefined || (parts.published !== '' && !published)) {
    return 'this is no port mapping; known are 80, 8080:80, 127.0.0.1:8080:80 and [::1]:8080:80, with /udp or /tcp'
  }
  return finish(item, parts.address, published, target, protocol)
}

interface Parts {
  readonly address: string
  readonly published: string
  readonly target: string
}

function splitAddress(spec: string): Parts | undefined {
  const bracketed = /^\[([0-9A-Fa-f:.%]+)\]:([^:]*):([^:]+)$/.exec(spec)
  if (bracketed) return { address: bracketed[1]!, published: bracketed[2]!, target: bracketed[3]! }
  const pieces = spec.split(':')
  const target = pieces.pop() ?? ''
  const published = pieces.pop() ?? ''
  // An IPv6 address without brackets is taken as well: `::1:8080:80`.
  const address = pieces.join(':')
  return /^[^\s/]*$/.test(address) ? { address, published, target } : undefined
}

function longPort(item: Tree): PublishedPort | string {
  const target = range(textOf(at(item, 'target')))
  if (target === undefined) return 'a port mapping without a target port'
  const text = textOf(at(item, 'published')) ?? ''
  const published = text === '' ? undefined : range(text)
  if (text !== '' && published === undefined) return 'the published port is no port number and no range of them'
  const address = (textOf(at(item, 'host_ip')) ?? '').replace(/^\[(.*)\]$/, '$1')
  return finish(item, address, published, target, textOf(at(item, 'protocol')) ?? 'tcp')
}

function finish(
  item: Tree,
  hostAddress: string,
  published: readonly [number, number] | undefined,
  target: readonly [number, number],
  protocol: string,
): PublishedPort | string {
  const known = protocol.toLowerCase()
  if (known !== 'tcp' && known !== 'udp' && known !== 'sctp') return 'the protocol of a port is tcp, udp or sctp'
  return { at: item.at, hostAddress, published, target, protocol: known }
}

/** `80` or `8000-8010`; undefined when it is neither. */
function range(text: string | undefined): readonly [number, number] | undefined {
  const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(text ?? '')
  if (match === null) return undefined
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  return first <= last && last <= 65_535 ? [first, last] : undefined
}
