import type { Config } from './schema.ts'

interface Complaint {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What a schema of one key can't see: relations between keys. */
export function crossChecks(config: Config): Complaint[] {
  return [...hosts(config), ...routes(config), ...listeners(config), ...challenges(config), ...posture(config)]
}

function hosts(config: Config): Complaint[] {
  const seen = new Map<string, string>([[new URL(config.portal).hostname, 'the portal']])
  return config.sites.flatMap(({ host }, index) => {
    const other = seen.get(host)
    seen.set(host, `sites[${index}]`)
    return other === undefined
      ? []
      : [{ path: ['sites', index, 'host'], message: `${JSON.stringify(host)} is the host of ${other} already` }]
  })
}

function routes(config: Config): Complaint[] {
  return config.sites.flatMap((site, index) => {
    const seen = new Set<string>()
    return site.routes.flatMap(({ path }, position) => {
      const twice = seen.has(path)
      seen.add(path)
      return twice
        ? [{ path: ['sites', index, 'routes', position, 'path'], message: `${path} has a route already` }]
        : []
    })
  })
}

function challenges({ tls, http }: Config): Complaint[] {
  return tls.issuer === 'acme' && http.length === 0
    ? [{ path: ['tls', 'issuer'], message: 'acme needs `http`, usually ":80": that is where challenges are answered' }]
    : []
}

/** A check takes a second of a core: more often than this it would be a load, more seldom it would be no watch. */
const SHORTEST = 10_000
const LONGEST = 604_800_000

function posture({ posture }: Config): Complaint[] {
  return posture === undefined || (posture.every >= SHORTEST && posture.every <= LONGEST)
    ? []
    : [{ path: ['posture', 'every'], message: 'allowed: 10s to 7d' }]
}

function listeners(config: Config): Complaint[] {
  const trusted = config.network['trusted-proxies'].length > 0
  return config['http-mode'] === 'serve' && !trusted
    ? [
        {
          path: ['http-mode'],
          message: 'serve needs network.trusted-proxies: the address of the TLS terminator in front',
        },
      ]
    : []
}
