import type { ComposeProject, Service } from './compose/types.ts'
import type { BoundPath } from './proxy-files.ts'

/** The binds by which containers get files of a proxy: what `readNginx` and `readCaddy` take as `mounts`. */
export function proxyMounts(compose: ComposeProject | undefined): readonly BoundPath[] {
  const mounts = (compose?.services ?? []).flatMap((service) => service.mounts.filter(({ kind }) => kind === 'bind'))
  return mounts.filter(({ target }) => /^\/etc\/(?:nginx|caddy)(?:\/|$)|\/Caddyfile$/.test(target))
}

/** The environment of the containers that run Caddy: what `readCaddy` takes as `variables`. */
export function caddyVariables(compose: ComposeProject | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const service of compose?.services ?? [])
    if (runsCaddy(service))
      for (const { name, value } of service.environment.values()) if (value !== undefined) values.set(name, value)
  return values
}

function runsCaddy({ name, image, mounts }: Service): boolean {
  const words = `${name} ${image?.value.repository ?? ''}`
  return /caddy/i.test(words) || mounts.some(({ target }) => /\/Caddyfile$/.test(target))
}
