/** What really runs: asked of the Docker engine with read-only requests. */
import { CastellanError, errorText } from '../../kernel/errors.ts'
import { containerOf } from './docker-container.ts'
import type { Engine } from './docker-socket.ts'
import { openEngine } from './docker-socket.ts'
import type { LiveContainer, LiveDocker, LiveImage, LiveNetwork } from './docker-types.ts'
import { list, number, record, text, texts } from './json.ts'

/**
 * Reads the engine behind a socket. Containers that end meanwhile are left out.
 * Throws `docker-unreachable` when the socket or the engine behind it does not answer.
 */
export async function readDocker(socketPath: string): Promise<LiveDocker> {
  const engine = openEngine(socketPath)
  try {
    const [info, version, networks, images] = [
      record(await engine.get('/info')),
      record(await engine.get('/version')),
      list(await engine.get('/networks')),
      list(await engine.get('/images/json')),
    ]
    const options = texts(info['SecurityOptions'])
    return {
      socket: socketPath,
      version: text(version['Version']),
      operatingSystem: text(info['OperatingSystem']),
      userNamespaces: options.some((option) => option.startsWith('name=userns')),
      rootless: options.some((option) => option.startsWith('name=rootless')),
      liveRestore: info['LiveRestoreEnabled'] === true,
      securityOptions: options,
      insecureRegistries: insecureRegistries(record(info['RegistryConfig'])),
      ...(await readContainers(engine)),
      networks: networks.map(networkOf),
      images: images.map(imageOf),
    }
  } finally {
    engine.close()
  }
}

async function readContainers(engine: Engine): Promise<Pick<LiveDocker, 'containers' | 'unknown'>> {
  const containers: LiveContainer[] = []
  const unknown: { what: string; reason: string }[] = []
  for (const listed of list(await engine.get('/containers/json?all=1')).map(record)) {
    const id = text(listed['Id'])
    if (!/^[0-9a-f]+$/.test(id)) continue
    try {
      const inspected = await engine.get(`/containers/${id}/json`)
      if (inspected !== undefined) containers.push(containerOf(record(inspected)))
    } catch (error) {
      // A container that is just being removed may answer 409 or 500; the others still count.
      if (!(error instanceof CastellanError)) throw error
      unknown.push({ what: texts(listed['Names'])[0]?.slice(1) ?? id, reason: errorText(error) })
    }
  }
  return { containers: containers.sort((a, b) => (a.name < b.name ? -1 : 1)), unknown }
}

function insecureRegistries(config: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(record(config['IndexConfigs']))
    .filter(([, index]) => record(index)['Secure'] === false)
    .map(([name]) => name)
    .concat(texts(config['InsecureRegistryCIDRs']))
    .filter((name) => !/^(127\.|::1|localhost)/.test(name))
}

function networkOf(value: unknown): LiveNetwork {
  const network = record(value)
  return {
    id: text(network['Id']),
    name: text(network['Name']),
    driver: text(network['Driver']),
    internal: network['Internal'] === true,
    gateways: list(record(network['IPAM'])['Config'])
      .map((config) => text(record(config)['Gateway']))
      .filter((gateway) => gateway !== ''),
  }
}

function imageOf(value: unknown): LiveImage {
  const image = record(value)
  const real = (name: string) => !name.startsWith('<none>')
  return {
    id: text(image['Id']),
    tags: texts(image['RepoTags']).filter(real),
    digests: texts(image['RepoDigests']).filter(real),
    createdAt: number(image['Created']) * 1000,
  }
}
