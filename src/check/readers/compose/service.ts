import { resolve } from 'node:path'
import { parseImage } from '../../text/image.ts'
import type { Located, Place } from '../../text/place.ts'
import { at, itemsOf, type Mapping, textOf } from '../../text/tree.ts'
import { environmentOf } from './environment.ts'
import { bool, command, labels, names, sources, text, texts } from './fields.ts'
import type { Loader } from './loader.ts'
import { mountsOf } from './mounts.ts'
import { isRemoteContext } from './paths.ts'
import { parsePort } from './ports.ts'
import type { Healthcheck, PublishedPort, Service } from './types.ts'

/** A service with every field that rules look at. `place` is that of its key. */
export function serviceOf(loader: Loader, name: string, place: Place, tree: Mapping): Service {
  const image = text(tree, 'image')
  return {
    name,
    at: place,
    tree,
    image: image === undefined || image.value === '' ? undefined : { value: parseImage(image.value), at: image.at },
    build: buildOf(tree, loader.folder),
    profiles: texts(at(tree, 'profiles')).map(({ value }) => value),
    ports: portsOf(loader, name, tree),
    expose: texts(at(tree, 'expose')),
    mounts: mountsOf(tree, loader.folder),
    ...networksOf(tree, place),
    environment: environmentOf(loader, tree),
    command: command(at(tree, 'command')),
    entrypoint: command(at(tree, 'entrypoint')),
    user: text(tree, 'user'),
    privileged: bool(tree, 'privileged'),
    capAdd: texts(at(tree, 'cap_add')),
    capDrop: texts(at(tree, 'cap_drop')),
    securityOpt: texts(at(tree, 'security_opt')),
    readOnly: bool(tree, 'read_only'),
    pid: text(tree, 'pid'),
    ipc: text(tree, 'ipc'),
    restart: text(tree, 'restart'),
    healthcheck: healthcheckOf(tree),
    limits: {
      memory: text(tree, 'deploy', 'resources', 'limits', 'memory') ?? text(tree, 'mem_limit'),
      cpus: text(tree, 'deploy', 'resources', 'limits', 'cpus') ?? text(tree, 'cpus'),
      pids: text(tree, 'deploy', 'resources', 'limits', 'pids') ?? text(tree, 'pids_limit'),
    },
    secrets: sources(at(tree, 'secrets')),
    configs: sources(at(tree, 'configs')),
    labels: labels(at(tree, 'labels')),
    dependsOn: names(at(tree, 'depends_on')),
  }
}

/** Nothing when the engine fetches the context, or when the Dockerfile is written within the Compose file. */
function buildOf(service: Mapping, folder: string): Service['build'] {
  const tree = at(service, 'build')
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return undefined
  const written = tree.kind === 'mapping' ? at(tree, 'context') : tree
  if (written !== undefined && isRemoteContext(written)) return undefined
  if (at(tree, 'dockerfile_inline') !== undefined) return undefined
  const context = resolve(folder, textOf(written) ?? '.')
  const dockerfile = resolve(context, textOf(at(tree, 'dockerfile')) ?? 'Dockerfile')
  return { value: { context, dockerfile }, at: tree.at }
}

function portsOf(loader: Loader, name: string, service: Mapping): readonly PublishedPort[] {
  const ports: PublishedPort[] = []
  for (const item of itemsOf(at(service, 'ports'))) {
    const port = parsePort(item)
    if (typeof port === 'string') loader.report(item.at, `services.${name}.ports: ${port}`)
    else if (port !== undefined) ports.push(port)
  }
  return ports
}

function networksOf(service: Mapping, place: Place): Pick<Service, 'networks' | 'networkMode'> {
  const networkMode = text(service, 'network_mode')
  if (networkMode !== undefined) return { networks: [], networkMode }
  const networks: readonly Located<string>[] = names(at(service, 'networks'))
  return { networks: networks.length === 0 ? [{ value: 'default', at: place }] : networks, networkMode }
}

function healthcheckOf(service: Mapping): Healthcheck | undefined {
  const tree = at(service, 'healthcheck')
  if (tree?.kind !== 'mapping') return undefined
  const test = at(tree, 'test')
  const words = texts(test).map(({ value }) => value)
  const disabled = bool(tree, 'disable')?.value === true || words[0] === 'NONE'
  const asked = test?.kind === 'list' && /^CMD(?:-SHELL)?$/.test(words[0] ?? '') ? words.slice(1) : words
  const found =
    test === undefined || disabled || asked.length === 0 ? undefined : { value: asked.join(' '), at: test.at }
  return { at: tree.at, disabled, test: found }
}
