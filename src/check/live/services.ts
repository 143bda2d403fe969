/** Ports and images of well-known services that nobody on the internet should reach. */

/** Port to what usually answers there. */
export const DATA_PORTS: ReadonlyMap<number, string> = new Map([
  [1433, 'SQL Server'],
  [1521, 'Oracle'],
  [2379, 'etcd'],
  [3306, 'MySQL'],
  [5432, 'PostgreSQL'],
  [5672, 'RabbitMQ'],
  [5984, 'CouchDB'],
  [6379, 'Redis'],
  [7700, 'Meilisearch'],
  [9042, 'Cassandra'],
  [9200, 'Elasticsearch'],
  [9300, 'Elasticsearch'],
  [11211, 'memcached'],
  [11434, 'Ollama'],
  [27017, 'MongoDB'],
])

export const ADMIN_PORTS: ReadonlyMap<number, string> = new Map([
  [2375, "Docker's API without TLS"],
  [2376, "Docker's API"],
  [5601, 'Kibana'],
  [8081, 'Adminer'],
  [9000, 'Portainer or MinIO'],
  [9090, 'Prometheus'],
  [9100, 'the node exporter'],
  [9443, 'Portainer'],
  [15672, "RabbitMQ's console"],
  [19999, 'Netdata'],
])

/** What usually answers on a port that should stay inside. */
export function insideService(port: number): string | undefined {
  return DATA_PORTS.get(port) ?? ADMIN_PORTS.get(port)
}

const DATA_IMAGE =
  /(^|\/)(postgres|postgresql|postgis|mysql|mariadb|mongo|mongodb|redis|valkey|keydb|memcached|couchdb|elasticsearch|opensearch|rabbitmq|etcd|meilisearch|cassandra|clickhouse[\w-]*|ollama)(:|@|$)/

/** Is this the image of a database, cache, queue, index or model? */
export function isDataImage(image: string): boolean {
  return DATA_IMAGE.test(image)
}

const SOCKET_PROXY = /(^|\/)(docker-)?socket-proxy(:|@|$)/

/** Is this the image of a filter in front of Docker's socket? */
export function isSocketProxyImage(image: string): boolean {
  return SOCKET_PROXY.test(image)
}

/** All addresses, of IPv4 or of IPv6. */
export function isEverywhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '' || address === '[::]'
}

export function isLoopback(address: string): boolean {
  return /^127\.|^::1$|^::ffff:127\.|^localhost$/.test(address)
}

/** `0.0.0.0:8081`, `[::]:8081`. */
export function portOn(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
