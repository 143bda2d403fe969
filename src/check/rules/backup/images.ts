import { matchesGlob, repositoryOf } from '../../facts/glob.ts'
import type { EnvironmentValue, Service } from '../../readers/compose/types.ts'

/** What is known of an image that makes backups; settings are names of variables that must have a value. */
export interface BackupImage {
  readonly images: readonly string[]
  /** What it keeps: it asks a database over the network, or it copies what is mounted into it. */
  readonly keeps: 'database' | 'files' | 'both'
  /** `always`, or a name of a variable that turns encryption on; undefined: it has none; `unknown`: it is set up elsewhere. */
  readonly encrypts: 'always' | 'unknown' | RegExp | undefined
  /** A variable by which copies go to another machine. */
  readonly sends: 'always' | 'unknown' | RegExp | undefined
}

/** From the documentation of each image. */
const IMAGES: readonly BackupImage[] = [
  {
    images: ['prodrigestivill/postgres-backup-local', 'fradelg/mysql-cron-backup', 'tiredofit/mariadb-backup'],
    keeps: 'database',
    encrypts: undefined,
    sends: undefined,
  },
  {
    images: ['offen/docker-volume-backup'],
    keeps: 'files',
    encrypts: /^(?:GPG_PASSPHRASE|GPG_PUBLIC_KEY_RING|AGE_PASSPHRASE|AGE_PUBLIC_KEYS)(?:_FILE)?$/,
    sends:
      /^(?:AWS_S3_BUCKET_NAME|WEBDAV_URL|SSH_HOST_NAME|AZURE_STORAGE_ACCOUNT_NAME|DROPBOX_REFRESH_TOKEN|GOOGLE_DRIVE_FOLDER_ID)(?:_FILE)?$/,
  },
  {
    images: ['eeshugerman/postgres-backup-s3', 'siemens/postgres-backup-s3', 'schickling/*-backup-s3'],
    keeps: 'database',
    encrypts: /^(?:PASSPHRASE|ENCRYPTION_PASSWORD)$/,
    sends: 'always',
  },
  {
    images: ['tiredofit/db-backup', 'nfrastack/db-backup'],
    keeps: 'database',
    encrypts: /^(?:DEFAULT|DB\d+)_ENCRYPT_(?:PASSPHRASE|PUBLIC_KEY)|^ENCRYPT_PASSPHRASE$/,
    sends: /^(?:(?:DEFAULT|DB\d+)_)?S3_BUCKET$|BLOBXFER_STORAGE_ACCOUNT$/,
  },
  {
    images: ['kartoza/pg-backup'],
    keeps: 'database',
    encrypts: /^DB_DUMP_ENCRYPTION_PASS_PHRASE$/,
    sends: /^(?:S3_)?BUCKET$/,
  },
  { images: ['databack/mysql-backup'], keeps: 'database', encrypts: undefined, sends: /^DB_DUMP_TARGET$/ },
  {
    images: [
      'mazzolino/restic',
      'restic/*',
      'lobaro/restic-backup-docker',
      'instrumentisto/restic',
      'creativeprojects/resticprofile',
    ],
    keeps: 'files',
    encrypts: 'always',
    sends: 'unknown',
  },
  {
    images: ['*/borgmatic', '*/borgmatic-*', '*/duplicati', '*/kopia'],
    keeps: 'both',
    encrypts: 'unknown',
    sends: 'unknown',
  },
]

export function backupImage(service: Service): BackupImage | undefined {
  if (service.image === undefined) return undefined
  const repository = repositoryOf(service.image.value.text)
  return IMAGES.find(({ images }) => images.some((pattern) => matchesGlob(pattern, repository)))
}

/** Is something that an image does turned on by its environment? */
export function isOn(
  how: BackupImage['encrypts'],
  environment: ReadonlyMap<string, EnvironmentValue>,
): 'yes' | 'no' | 'unknown' {
  if (how === undefined) return 'no'
  if (how === 'always') return 'yes'
  if (how === 'unknown') return 'unknown'
  // A value of undefined is taken from the shell, where there may be one.
  const set = [...environment.values()].some(({ name, value }) => how.test(name) && value !== '')
  return set ? 'yes' : 'no'
}
