/** One container as the rules see it. Values of its environment and its command line are looked at or left, never kept. */
import { isSecretName } from '../facts/secret-name.ts'
import { weaknessOf } from '../facts/weakness.ts'
import type { LiveCompose, LiveContainer, LiveMount, LivePort, LiveVariable } from './docker-types.ts'
import type { Json } from './json.ts'
import { list, number, record, text, texts } from './json.ts'

/** `inspected`: the answer of `/containers/{id}/json`. */
export function containerOf(inspected: Json): LiveContainer {
  const [state, config, host] = [
    record(inspected['State']),
    record(inspected['Config']),
    record(inspected['HostConfig']),
  ]
  const restart = record(host['RestartPolicy'])
  const log = record(host['LogConfig'])
  return {
    id: text(inspected['Id']),
    name: text(inspected['Name']).replace(/^\//, ''),
    image: text(config['Image']),
    imageId: text(inspected['Image']),
    state: text(state['Status']),
    exitCode: number(state['ExitCode']),
    health: healthOf(text(record(state['Health'])['Status'])),
    restarts: number(inspected['RestartCount']),
    restartPolicy: text(restart['Name']),
    user: text(config['User']),
    privileged: host['Privileged'] === true,
    capAdd: capabilities(host['CapAdd']),
    capDrop: capabilities(host['CapDrop']),
    securityOpt: texts(host['SecurityOpt']),
    appArmor: text(inspected['AppArmorProfile']),
    readOnly: host['ReadonlyRootfs'] === true,
    pidMode: text(host['PidMode']),
    ipcMode: text(host['IpcMode']),
    networkMode: text(host['NetworkMode']),
    userMode: text(host['UsernsMode']),
    logDriver: text(log['Type']),
    logBounded: text(log['Type']) !== 'json-file' || record(log['Config'])['max-size'] !== undefined,
    memory: number(host['Memory']),
    cpus: cpusOf(host),
    pids: Math.max(0, number(host['PidsLimit'])),
    mounts: list(inspected['Mounts']).map(mountOf),
    networks: Object.keys(record(record(inspected['NetworkSettings'])['Networks'])),
    ports: portsOf(record(inspected['NetworkSettings']), host),
    environment: texts(config['Env']).map(variableOf),
    compose: composeOf(record(config['Labels'])),
  }
}

function capabilities(value: unknown): readonly string[] {
  return texts(value).map((name) => name.toUpperCase().replace(/^CAP_/, ''))
}

function healthOf(status: string): LiveContainer['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none'
}

/** `--cpus`, or the quota of a period of 100 ms that older programs set. */
function cpusOf(host: Json): number {
  const quota = number(host['CpuQuota'])
  return number(host['NanoCpus']) / 1e9 || (quota > 0 ? quota / (number(host['CpuPeriod']) || 100_000) : 0)
}

function mountOf(value: unknown): LiveMount {
  const mount = record(value)
  const kind = text(mount['Type'])
  const source = kind === 'volume' ? text(mount['Name']) : text(mount['Source'])
  return { kind, source, target: text(mount['Destination']), readOnly: mount['RW'] === false }
}

/** Of a running container what is bound; of a stopped one what will be. */
function portsOf(settings: Json, host: Json): readonly LivePort[] {
  const bound = record(settings['Ports'])
  const bindings = Object.keys(bound).length > 0 ? bound : record(host['PortBindings'])
  return Object.entries(bindings).flatMap(([inner, outer]) => {
    const [target = '', protocol = 'tcp'] = inner.split('/')
    return list(outer)
      .map(record)
      .map((one) => ({
        hostAddress: text(one['HostIp']) || '0.0.0.0',
        published: Number(text(one['HostPort'])) || 0,
        target: Number(target),
        protocol,
      }))
  })
}

function variableOf(pair: string): LiveVariable {
  const split = pair.indexOf('=')
  const name = split === -1 ? pair : pair.slice(0, split)
  return { name, weakness: split !== -1 && isSecretName(name) ? weaknessOf(pair.slice(split + 1)) : undefined }
}

function composeOf(labels: Json): LiveCompose | undefined {
  const label = (name: string) => text(labels[`com.docker.compose.${name}`])
  if (label('project') === '') return undefined
  return {
    project: label('project'),
    service: label('service'),
    folder: label('project.working_dir'),
    files: label('project.config_files')
      .split(',')
      .filter((file) => file !== ''),
    oneOff: label('oneoff').toLowerCase() === 'true',
  }
}
