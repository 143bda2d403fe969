import { matchesGlob, repositoryOf } from './glob.ts'

/** What is known of an image and can't be seen in the files of an installation. */
export interface KnownImage {
  /** Repositories, as `repositoryOf` gives them. */
  readonly images: readonly string[]
  /** other: starts as another user; drops: begins as root and changes to another user before it serves; root: stays root. */
  readonly user: 'other' | 'drops' | 'root'
  /** Folders besides its data that it writes to; with a tmpfs there its root can be read-only. Undefined: not known. */
  readonly writes?: readonly string[]
  /** Where its data lies, for a database. */
  readonly data?: string
  /** A health check that needs no password and no program that the image lacks. */
  readonly health?: readonly string[]
  /** The image brings its own health check. */
  readonly checksItself?: true
}

/** From the Dockerfiles and entrypoints of the images, as of 2026. */
const IMAGES: readonly KnownImage[] = [
  {
    images: ['postgres', 'postgis/postgis', 'pgvector/pgvector', 'timescale/timescaledb*'],
    user: 'drops',
    writes: ['/tmp', '/var/run/postgresql'],
    data: '/var/lib/postgresql/data',
    health: ['CMD', 'pg_isready', '-q'],
  },
  { images: ['mysql'], user: 'drops', data: '/var/lib/mysql', writes: ['/tmp', '/var/run/mysqld'] },
  {
    images: ['mariadb'],
    user: 'drops',
    data: '/var/lib/mysql',
    writes: ['/tmp', '/run/mysqld'],
    health: ['CMD', 'healthcheck.sh', '--connect', '--innodb_initialized'],
  },
  { images: ['mongo'], user: 'drops', data: '/data/db', writes: ['/tmp'] },
  { images: ['couchdb'], user: 'drops', data: '/opt/couchdb/data' },
  { images: ['redis'], user: 'drops', writes: ['/tmp'], health: ['CMD', 'redis-cli', 'ping'] },
  { images: ['valkey/valkey'], user: 'drops', writes: ['/tmp'], health: ['CMD', 'valkey-cli', 'ping'] },
  { images: ['memcached'], user: 'other', writes: [] },
  { images: ['rabbitmq'], user: 'drops', health: ['CMD', 'rabbitmq-diagnostics', '-q', 'ping'] },
  {
    images: ['elasticsearch', 'elasticsearch/elasticsearch', 'kibana', 'kibana/kibana', 'opensearchproject/*'],
    user: 'other',
  },
  { images: ['solr', 'zookeeper', 'eclipse-mosquitto', 'apache/kafka'], user: 'drops' },
  { images: ['nginx'], user: 'root', writes: ['/tmp', '/var/cache/nginx', '/run'] },
  { images: ['nginxinc/nginx-unprivileged'], user: 'other', writes: ['/tmp'] },
  { images: ['haproxy', 'owasp/modsecurity-crs'], user: 'other' },
  { images: ['caddy'], user: 'root', writes: ['/tmp'] },
  { images: ['traefik', 'certbot/certbot', 'jc21/nginx-proxy-manager'], user: 'root' },
  { images: ['cloudflare/cloudflared'], user: 'other', writes: [] },
  { images: ['adminer', 'grafana/*', 'prom/*', 'axllent/mailpit', 'mailhog/mailhog', 'dpage/pgadmin4'], user: 'other' },
  { images: ['louislam/uptime-kuma'], user: 'root', checksItself: true },
  { images: ['netdata/netdata'], user: 'drops', checksItself: true },
  { images: ['prodrigestivill/postgres-backup-local'], user: 'root', checksItself: true },
  { images: ['wollomatic/socket-proxy'], user: 'other', writes: [] },
  { images: ['inventaire/inventaire'], user: 'other' },
  { images: ['*/castellan'], user: 'other', checksItself: true },
  { images: ['*-nonroot', 'chainguard/*', '*/chainguard/*'], user: 'other' },
]

/** What is known of an image; `tag` counts where a variant has another user. */
export function knownImage(image: string, tag: string | undefined): KnownImage | undefined {
  const repository = repositoryOf(image)
  // distroless/*:nonroot, and variants of others that are named in the same way.
  if (tag !== undefined && /(^|[-_])(nonroot|rootless|unprivileged)([-_]|$)/.test(tag))
    return { images: [], user: 'other' }
  return IMAGES.find(({ images }) => images.some((pattern) => matchesGlob(pattern, repository)))
}
