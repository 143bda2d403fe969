import type { EnvironmentValue, Service } from '../../readers/compose/types.ts'
import type { Place } from '../../text/place.ts'
import { isFalse, isTrue } from './known.ts'

/** How a data service lets everybody in. */
export interface OpenDoor {
  readonly at: Place | undefined
  /** The setting that opens it, if one does. */
  readonly setting?: string
  readonly why: string
  readonly expected: string
}

/** By the image, or by the name of a service that is built here. Undefined when it asks, or can't be known. */
export function openDoor(service: Service): OpenDoor | undefined {
  const words = `${service.image?.value.repository ?? ''} ${service.name}`.toLowerCase()
  return DOORS.find(([pattern]) => pattern.test(words))?.[1](service)
}

const DOORS: readonly (readonly [RegExp, (service: Service) => OpenDoor | undefined])[] = [
  [/exporter|commander|express|insight|backup/, () => undefined],
  [/redis|valkey|keydb|dragonfly/, redis],
  [/opensearch/, openSearch],
  [/elasticsearch/, elasticsearch],
  [/postgres|postgis|timescale|pgvector/, postgres],
  [/mysql|mariadb|percona/, mysql],
  [/mongo/, mongo],
  [/meili/, (service) => withoutKey(service, 'MEILI_MASTER_KEY')],
  [/qdrant/, (service) => withoutKey(service, 'QDRANT__SERVICE__API_KEY')],
  [/minio/, (service) => withoutKey(service, 'MINIO_ROOT_PASSWORD')],
]

function variable({ environment }: Service, ...names: readonly string[]): EnvironmentValue | undefined {
  return names.map((name) => environment.get(name)).find((one) => one !== undefined && one.value !== '')
}

function redis(service: Service): OpenDoor | undefined {
  const words = [...service.entrypoint, ...service.command].map(({ value }) => value).join(' ')
  const configured =
    /requirepass|aclfile|\.conf\b|\.acl\b|(redis|valkey|keydb)-server\s+[^-\s]/.test(words) ||
    variable(service, 'REDIS_PASSWORD_FILE', 'VALKEY_PASSWORD_FILE') !== undefined
  // The official images read no such variable; those of Bitnami do.
  const bitnami = /bitnami/.test(service.image?.value.repository ?? '')
  const empty = variable(service, 'ALLOW_EMPTY_PASSWORD')
  if (bitnami ? isFalse(empty?.value ?? 'no') : configured) return undefined
  // A script in an image of one's own can do anything.
  if (service.build !== undefined) return undefined
  return {
    at: empty?.at ?? service.command[0]?.at,
    why: 'it has no password (requirepass)',
    expected: 'requirepass, from a file that it reads',
  }
}

function elasticsearch(service: Service): OpenDoor | undefined {
  const set = variable(service, 'xpack.security.enabled')
  const expected = 'xpack.security.enabled=true and ELASTIC_PASSWORD'
  if (set !== undefined) {
    return isFalse(set.value ?? '')
      ? {
          at: set.at,
          setting: set.name,
          why: 'xpack.security.enabled is false, so it asks nobody for a password',
          expected,
        }
      : undefined
  }
  const major = Number(/^v?(\d+)/.exec(service.image?.value.tag ?? '')?.[1] ?? 8)
  return major < 8
    ? { at: undefined, why: `version ${major} asks for no password unless xpack.security.enabled is true`, expected }
    : undefined
}

function openSearch(service: Service): OpenDoor | undefined {
  const off = ['DISABLE_SECURITY_PLUGIN', 'plugins.security.disabled'].flatMap((name) => variable(service, name) ?? [])
  const set = off.find(({ value }) => isTrue(value ?? ''))
  return (
    set && {
      at: set.at,
      setting: set.name,
      why: `${set.name} switches its security off`,
      expected: `${set.name}=false`,
    }
  )
}

function postgres(service: Service): OpenDoor | undefined {
  const set = variable(service, 'POSTGRES_HOST_AUTH_METHOD')
  return set?.value === 'trust'
    ? {
        at: set.at,
        setting: set.name,
        why: 'POSTGRES_HOST_AUTH_METHOD is trust: everybody is the superuser',
        expected: 'scram-sha-256',
      }
    : undefined
}

function mysql(service: Service): OpenDoor | undefined {
  const set = variable(
    service,
    'MYSQL_ALLOW_EMPTY_PASSWORD',
    'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
    'MARIADB_ALLOW_EMPTY_PASSWORD',
  )
  return (
    set && {
      at: set.at,
      setting: set.name,
      why: `${set.name} is set: root has no password`,
      expected: `no ${set.name}`,
    }
  )
}

function mongo(service: Service): OpenDoor | undefined {
  const user = variable(
    service,
    'MONGO_INITDB_ROOT_USERNAME',
    'MONGO_INITDB_ROOT_USERNAME_FILE',
    'MONGODB_ROOT_PASSWORD',
    'MONGODB_ROOT_PASSWORD_FILE',
  )
  const words = service.command.map(({ value }) => value).join(' ')
  if (user !== undefined || /--auth|--keyFile|--config|\.conf\b|-f /.test(words)) return undefined
  return {
    at: service.command[0]?.at,
    why: 'it has no first user (MONGO_INITDB_ROOT_USERNAME), so it asks nobody for a password',
    expected: 'MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD_FILE',
  }
}

function withoutKey(service: Service, name: string): OpenDoor | undefined {
  if (variable(service, name, `${name}_FILE`) !== undefined) return undefined
  return {
    at: undefined,
    why: `${name} is not set, so it asks for none, or for the one that everybody knows`,
    expected: `${name} with a random value`,
  }
}
