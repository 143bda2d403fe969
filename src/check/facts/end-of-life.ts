import { matchesGlob, repositoryOf } from './glob.ts'

/** A program that images carry, and the days on which its versions got their last fix. */
interface Product {
  readonly name: string
  /** Repositories of images, as `repositoryOf` gives them. */
  readonly images: readonly string[]
  /** Beginning of a version to its last day (UTC), oldest first; `codename` of a version where tags use one. */
  readonly versions: readonly (readonly [version: string, ends: string, codename?: string])[]
}

export interface Ended {
  readonly product: string
  readonly version: string
  /** `2025-11-13`. */
  readonly on: string
}

/**
 * What projects themselves announce: Node.js release schedule, postgresql.org/support/versioning, mysql.com, mariadb.org,
 * mongodb.com/legal/support-policy, redis security policy, elastic.co/support/eol, debian.org/releases, ubuntu.com/about/
 * release-cycle, alpinelinux.org/releases, devguide.python.org/versions, php.net/supported-versions, ruby-lang.org.
 * A version below the oldest one counts as that. What lies in the future is here, too, so that it counts from its day on.
 */
const PRODUCTS: readonly Product[] = [
  {
    name: 'Node.js',
    images: ['node', 'distroless/nodejs*', 'cimg/node', '*/node'],
    versions: [
      ['12', '2022-04-30'],
      ['13', '2020-06-01'],
      ['14', '2023-04-30'],
      ['15', '2021-06-01'],
      ['16', '2023-09-11'],
      ['17', '2022-06-01'],
      ['18', '2025-04-30'],
      ['19', '2023-06-01'],
      ['20', '2026-04-30'],
      ['21', '2024-06-01'],
      ['22', '2027-04-30'],
      ['23', '2025-06-01'],
      ['24', '2028-04-30'],
      ['25', '2026-06-01'],
    ],
  },
  {
    name: 'PostgreSQL',
    images: ['postgres', '*/postgres', '*/postgresql', 'postgis/postgis', 'pgvector/pgvector'],
    versions: [
      ['9', '2021-11-11'],
      ['10', '2022-11-10'],
      ['11', '2023-11-09'],
      ['12', '2024-11-21'],
      ['13', '2025-11-13'],
      ['14', '2026-11-12'],
      ['15', '2027-11-11'],
      ['16', '2028-11-09'],
      ['17', '2029-11-08'],
    ],
  },
  {
    name: 'MySQL',
    images: ['mysql', '*/mysql', 'mysql/mysql-server'],
    versions: [
      ['5', '2023-10-31'],
      ['8.0', '2026-04-30'],
      ['8.1', '2023-10-25'],
      ['8.2', '2024-01-16'],
      ['8.3', '2024-04-30'],
      ['8.4', '2032-04-30'],
    ],
  },
  {
    name: 'MariaDB',
    images: ['mariadb', '*/mariadb'],
    versions: [
      ['10.3', '2023-05-25'],
      ['10.4', '2024-06-18'],
      ['10.5', '2025-06-24'],
      ['10.6', '2026-07-06'],
      ['10.7', '2023-02-14'],
      ['10.8', '2023-05-20'],
      ['10.9', '2023-08-22'],
      ['10.10', '2023-11-17'],
      ['10.11', '2028-02-16'],
    ],
  },
  {
    name: 'MongoDB',
    images: ['mongo', '*/mongodb', 'mongodb/mongodb-community-server'],
    versions: [
      ['4.2', '2023-04-30'],
      ['4.4', '2024-02-29'],
      ['5', '2024-10-31'],
      ['6', '2025-07-31'],
      ['7', '2027-08-31'],
      ['8.0', '2029-10-31'],
    ],
  },
  {
    name: 'CouchDB',
    images: ['couchdb', '*/couchdb'],
    versions: [
      ['2', '2020-12-31'],
      ['3.1', '2022-12-28'],
      ['3.2', '2024-09-20'],
    ],
  },
  {
    name: 'Redis',
    images: ['redis', '*/redis'],
    versions: [
      ['5', '2022-04-27'],
      ['6.0', '2022-05-31'],
      ['7.0', '2024-07-29'],
      ['8.0', '2026-02-11'],
    ],
  },
  {
    name: 'Elasticsearch',
    images: ['elasticsearch', '*/elasticsearch', 'kibana', '*/kibana', 'logstash', '*/logstash'],
    versions: [
      ['6', '2022-02-10'],
      ['7', '2026-01-15'],
      ['8', '2027-07-15'],
    ],
  },
  {
    name: 'RabbitMQ',
    images: ['rabbitmq', '*/rabbitmq'],
    versions: [
      ['3.11', '2023-12-31'],
      ['3.12', '2024-06-30'],
    ],
  },
  {
    name: 'Traefik',
    images: ['traefik'],
    versions: [
      ['1', '2021-12-31'],
      ['2', '2026-02-01'],
    ],
  },
  {
    name: 'Python',
    images: ['python', 'distroless/python*'],
    versions: [
      ['2', '2020-01-01'],
      ['3.7', '2023-06-27'],
      ['3.8', '2024-10-07'],
      ['3.9', '2025-10-31'],
      ['3.10', '2026-10-31'],
      ['3.11', '2027-10-31'],
      ['3.12', '2028-10-31'],
    ],
  },
  {
    name: 'PHP',
    images: ['php'],
    versions: [
      ['7', '2022-11-28'],
      ['8.0', '2023-11-26'],
      ['8.1', '2025-12-31'],
      ['8.2', '2026-12-31'],
      ['8.3', '2027-12-31'],
      ['8.4', '2028-12-31'],
    ],
  },
  {
    name: 'Ruby',
    images: ['ruby'],
    versions: [
      ['2', '2023-03-31'],
      ['3.0', '2024-04-23'],
      ['3.1', '2025-03-26'],
      ['3.2', '2026-03-31'],
      ['3.3', '2027-03-31'],
    ],
  },
  {
    name: 'Debian',
    images: ['debian'],
    versions: [
      ['8', '2020-06-30', 'jessie'],
      ['9', '2022-06-30', 'stretch'],
      ['10', '2024-06-30', 'buster'],
      ['11', '2026-08-31', 'bullseye'],
      ['12', '2028-06-30', 'bookworm'],
      ['13', '2030-06-30', 'trixie'],
    ],
  },
  {
    name: 'Ubuntu',
    images: ['ubuntu'],
    versions: [
      ['16.04', '2021-04-30', 'xenial'],
      ['18.04', '2023-05-31', 'bionic'],
      ['20.04', '2025-05-31', 'focal'],
      ['22.04', '2027-04-30', 'jammy'],
      ['24.04', '2029-04-30', 'noble'],
    ],
  },
  {
    name: 'Alpine Linux',
    images: ['alpine'],
    versions: [
      ['3.16', '2024-05-23'],
      ['3.17', '2024-11-22'],
      ['3.18', '2025-05-09'],
      ['3.19', '2025-11-01'],
      ['3.20', '2026-04-01'],
      ['3.21', '2026-11-01'],
      ['3.22', '2027-05-01'],
    ],
  },
  { name: 'CentOS', images: ['centos'], versions: [['8', '2024-06-30']] },
]

/** Systems that images of others are built on, by a word of the tag: `18-bullseye`, `3.9-alpine3.16`. */
const BASES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|-)(?:slim-)?(jessie|stretch|buster|bullseye)(?:-|$)/, 'Debian'],
  [/(?:^|-)(xenial|bionic|focal)(?:-|$)/, 'Ubuntu'],
  [/alpine(3\.\d+)/, 'Alpine Linux'],
]

/**
 * What an image carries that gets no fixes any more; the program before the system below it. Undefined when there is
 * nothing, or when its version is not known.
 *
 * @param image without a tag, or with one that is given again
 * @param now milliseconds of the epoch
 */
export function endedImage(image: string, tag: string | undefined, now: number): Ended | undefined {
  const repository = repositoryOf(image)
  const product = PRODUCTS.find(({ images }) => images.some((pattern) => matchesGlob(pattern, repository)))
  // distroless/nodejs18-debian11 has its version in its name.
  const version = /nodejs(\d+)/.exec(repository)?.[1] ?? tag
  const own = product === undefined || version === undefined ? undefined : endedVersion(product.name, version, now)
  return own ?? endedBase(tag ?? '', now)
}

/** Has this version (`12`, `v20.11.1`, `bullseye`) of a product of the table (`Node.js`) ended? */
export function endedVersion(product: string, version: string, now: number): Ended | undefined {
  const versions = PRODUCTS.find(({ name }) => name === product)?.versions ?? []
  const found = versions.find(([prefix, , codename]) => startsWith(version, prefix) || isNamed(version, codename))
  const oldest = versions[0]
  const row = found ?? (oldest !== undefined && isBelow(version, oldest[0]) ? oldest : undefined)
  if (row === undefined || now < Date.parse(`${row[1]}T23:59:59Z`)) return undefined
  return { product, version: numbers(version).join('.') || row[0], on: row[1] }
}

function endedBase(tag: string, now: number): Ended | undefined {
  for (const [expression, product] of BASES) {
    const version = expression.exec(tag)?.[1]
    const ended = version === undefined ? undefined : endedVersion(product, version, now)
    if (ended !== undefined) return ended
  }
  return undefined
}

function numbers(version: string): readonly number[] {
  const digits = /^v?(\d{1,6}(?:\.\d{1,6})*)/.exec(version)?.[1]
  return digits === undefined ? [] : digits.split('.').map(Number)
}

function startsWith(version: string, prefix: string): boolean {
  const found = numbers(version)
  return prefix.split('.').every((part, index) => found[index] === Number(part))
}

function isBelow(version: string, oldest: string): boolean {
  const found = numbers(version)
  for (const [index, part] of oldest.split('.').entries()) {
    if (found[index] === undefined) return false
    if (found[index] !== Number(part)) return found[index] < Number(part)
  }
  return false
}

function isNamed(version: string, codename: string | undefined): boolean {
  return codename !== undefined && version.split('-')[0] === codename
}
