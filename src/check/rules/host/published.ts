import { isEverywhere } from '../../live/services.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'

export interface EverywherePort {
  readonly at: Place
  readonly service: string
  readonly port: number
  readonly protocol: string
}

/** Ports that Docker publishes on all addresses: as the engine says when it was asked, else as the Compose file says. */
export function publishedEverywhere({ liveDocker, compose }: Stack): readonly EverywherePort[] {
  if (liveDocker !== undefined) {
    const found = liveDocker.containers.flatMap(({ name, ports, state }) =>
      ports
        .filter(({ hostAddress, published }) => state === 'running' && isEverywhere(hostAddress) && published > 0)
        .map(({ published, protocol }) => ({
          at: wholeFile(`docker:container/${name}`),
          service: name,
          port: published,
          protocol,
        })),
    )
    // IPv4 and IPv6 are two bindings of one port.
    return [...new Map(found.map((one) => [`${one.service} ${one.port} ${one.protocol}`, one])).values()]
  }
  return (compose?.services ?? []).flatMap(({ name, ports }) =>
    ports
      .filter(({ hostAddress, published }) => isEverywhere(hostAddress) && published !== undefined)
      .map(({ at, published, protocol }) => ({ at, service: name, port: published![0], protocol })),
  )
}
