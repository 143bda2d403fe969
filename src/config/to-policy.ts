import { createHash } from 'node:crypto'
import type { LoadedConfig } from './load.ts'
import { CONTROL, type Policy } from './policy.ts'
import { type Config, configSchema, type SiteConfig } from './schema.ts'

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
  const shape = {
    host,
    routes: [{ upstream: 'http://control' }],
    access: [{ allow: 'public' }],
    limits: { body: '64KiB' },
  }
  const [site] = configSchema.shape.sites.parse([shape])
  const [route] = site!.routes
  return { ...site!, routes: [{ ...route!, upstream: [CONTROL] }] }
}
