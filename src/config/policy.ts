import type { Config, SiteConfig } from './schema.ts'

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
