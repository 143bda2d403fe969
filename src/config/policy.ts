import { createHash } from 'node:crypto'
import type { LoadedConfig } from './load.ts'
import { type Config, configSchema, type SiteConfig } from './schema.ts'

/** The upstream of the portal: control, over its Unix socket. */
export const CONTROL = 'control:'

/**
 * What edges enforce: the configuration, a name for this very version of it, and where its rules are written. Plain
 * JSON, so that it travels and can be kept.
 */
export interface Policy {
  /** First 16 hex digits of the SHA-256 of the configuration; recorded with every request. */
  readonly version: string
  readonly config: Config
  /** The sites of the configuration, and the portal as the last one. */
  readonly sites: readonly SiteConfig[]
  /** Public origin of each site, in their order. */
  readonly origins: readonly string[]
  /** For each site, where each of its access rules is written. */
  readonly rules: readonly (readonly string[])[]
}

/** Turns a loaded configuration into the policy. */
export function toPolicy({ config, where }: Pick<LoadedConfig, 'config' | 'where'>): Policy {
  const port = new URL(config.portal).port
  const sites = [...config.sites, portalSite(config)]
  return Object.freeze({
    version: createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16),
    config,
    sites,
    origins: sites.map(({ host }) => `https://${host}${port === '' ? '' : `:${port}`}`),
    rules: sites.map((site, index) =>
      site.access.map((_, rule) => (index < config.sites.length ? where(['sites', index, 'access', rule]) : 'portal')),
    ),
  })
}

/** The portal takes every guard but the ones that need a session: it is where sessions come from. */
function portalSite(config: Config): SiteConfig {
  const host = new URL(config.portal).hostname
  const shape = { host, routes: [{ upstream: 'http://control' }], access: [{ allow: 'public' }], limits: { body: '64KiB' } }
  const [site] = configSchema.shape.sites.parse([shape])
  const [route] = site!.routes
  return { ...site!, routes: [{ ...route!, upstream: [CONTROL] }] }
}
