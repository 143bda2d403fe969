import { dirname, resolve } from 'node:path'
import { factsNames } from '../check/facts/folder.ts'
import { readGiven } from '../guards/tls/stored.ts'
import { errorText } from '../kernel/errors.ts'
import type { Config, RouteConfig } from './schema.ts'

export interface FileComplaint {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/**
 * Takes relative paths of files from the folder of `file`, which is castellan.yaml: the processes work elsewhere, and so
 * may who starts them. The authority of an upstream is read here, as edges read no files; its text takes its place.
 */
export function resolveFiles(config: Config, file: string): { config: Config; complaints: readonly FileComplaint[] } {
  const complaints: FileComplaint[] = []
  const at = (path: string) => resolve(dirname(file), path)
  const withAuthority = (route: RouteConfig, path: readonly PropertyKey[]): RouteConfig => {
    if (route.ca === undefined) return route
    try {
      return { ...route, ca: readGiven(at(route.ca), 'the authority of the upstream') }
    } catch (error) {
      complaints.push({ path: [...path, 'ca'], message: errorText(error) })
      return route
    }
  }
  const sites = config.sites.map((site, index) => ({
    ...site,
    routes: site.routes.map((route, position) => withAuthority(route, ['sites', index, 'routes', position])),
  }))
  complaints.push(...unknownGuide(config.posture))
  return {
    config: { ...config, ...resolvePosture(config.posture, at), tls: resolveTls(config.tls, at), sites },
    complaints,
  }
}

function resolvePosture(posture: Config['posture'], at: (path: string) => string): Pick<Config, 'posture'> {
  return posture === undefined ? {} : { posture: { ...posture, folder: at(posture.folder) } }
}

/** The guides are files that come with the program. */
function unknownGuide(posture: Config['posture']): readonly FileComplaint[] {
  const known = posture === undefined ? [] : factsNames('guides')
  if (posture === undefined || known.includes(posture.guide)) return []
  return [
    {
      path: ['posture', 'guide'],
      message: `found ${JSON.stringify(posture.guide)}; there is a guide for ${known.join(', ')}`,
    },
  ]
}

function resolveTls(tls: Config['tls'], at: (path: string) => string): Config['tls'] {
  if (tls.issuer === 'files') return { ...tls, cert: at(tls.cert), key: at(tls.key) }
  return tls.issuer === 'acme' && tls.ca !== undefined ? { ...tls, ca: at(tls.ca) } : tls
}
