import type { EnvironmentValue } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { isOn } from './images.ts'
import type { BackupJob, JobCommand } from './jobs.ts'

/** Encrypts with something that is strong enough when its key is. */
const STRONG =
  /\bgpg2?\b.*\s(?:-\w*[ecr]\b|--encrypt|--symmetric|--recipient)|\b(?:r?age)\s+(?:-\w+\s+\S+\s+)*(?:-[erRpao]|--(?:encrypt|recipient|recipients-file|passphrase))|\b(?:restic|rustic|kopia|duplicity|duplicacy|bupstash|tarsnap)\b|\bborg(?:matic)?\b|\bopenssl\s+(?:smime|cms)\s+-encrypt|\b(?:AESGCM|ChaCha20Poly1305|SecretBox|SealedBox|pyrage|gnupg\.GPG|crypto_secretbox\w*|createCipheriv)\b|\b7z\b.*\s-p\S|\bccrypt\s+-e|\bsops\s+(?:-e|encrypt)/

/** Why an encryption is weak. */
const WEAK: readonly (readonly [RegExp, string])[] = [
  [/\bFernet\b/, 'Fernet, which is AES with 128 bits'],
  [
    /\bopenssl\s+enc\b(?!.*\s-d\b)(?!.*-pbkdf2)/,
    'openssl enc without -pbkdf2, which makes the key with a single round of a hash',
  ],
  [/\bopenssl\s+enc\b(?!.*\s-d\b).*-(?:aes-?128|des|rc[24]|bf|cast)/i, 'openssl enc with a short or broken cipher'],
  [/\bsalt\s*=\s*b?["'][^"']+["']/i, 'a key that is made with the same salt everywhere'],
  [/\bzip\b.*\s(?:-\w*[eP]\b|--encrypt|--password)/, 'zip with a password, whose cipher is broken'],
  [/\bgpg2?\b.*--cipher-algo\s+(?:3DES|CAST5|BLOWFISH|IDEA|AES(?:128)?)\b/i, 'gpg with a short or old cipher'],
]

const OPENSSL = /\bopenssl\s+enc\b(?!.*\s-d\b)/

export interface WeakCommand {
  readonly command: JobCommand
  readonly why: string
}

/** Commands of a job that encrypt weakly. */
export function weakCommands(job: BackupJob): readonly WeakCommand[] {
  return job.commands.flatMap((command) => {
    // "from cryptography.fernet import Fernet" encrypts nothing yet.
    if (/^(?:from|import)\s/.test(command.text)) return []
    const weak = WEAK.find(([pattern]) => pattern.test(command.text))
    return weak === undefined ? [] : [{ command, why: weak[1] }]
  })
}

export type Encryption = 'yes' | 'no' | 'unknown'

/** Does a job encrypt at all, well or not? */
export function encryptionOf(stack: Stack, job: BackupJob): Encryption {
  if (encryptingCommand(job) !== undefined || weakCommands(job).length > 0) return 'yes'
  if (job.image !== undefined) return isOn(job.image.encrypts, job.environment)
  if (job.commands.length === 0) return 'unknown'
  return isEncryptedByApplication(stack, job) ? 'yes' : 'no'
}

function encryptingCommand({ commands }: BackupJob): JobCommand | undefined {
  return commands.find(({ text }) => {
    if (/\bborg\b.*(?:--encryption|-e)[\s=]none\b/.test(text)) return false
    return STRONG.test(text) || OPENSSL.test(text)
  })
}

/** django-dbbackup, which InvenTree's own command starts, encrypts for a recipient when it is told one. */
function isEncryptedByApplication(stack: Stack, { commands }: BackupJob): boolean {
  if (!commands.some(({ text }) => /\binvoke\s+backup\b|\bdbbackup\b/.test(text))) return false
  const values = [
    ...(stack.compose?.services ?? []).flatMap(({ environment }) => [...environment.values()]),
    ...stack.env.filter(({ use }) => use !== 'example').flatMap(({ entries }) => entries),
  ]
  return values.some(({ name, value }) => /BACKUP_GPG_RECIPIENT$/.test(name) && value !== undefined && value !== '')
}

/** Names of the variables that hold the key of backups. */
const KEYS =
  /^(?:\w*BACKUP\w*(?:_KEY|PASSPHRASE|PASSWORD|_SECRET|RECIPIENT|ENCRYPT\w*)|\w*ENCRYPT(?:ION)?_(?:KEY|PASS\w*)|RESTIC_PASSWORD|BORG_PASSPHRASE|(?:GPG|AGE)_PASSPHRASE|PASSPHRASE|DB_DUMP_ENCRYPTION_PASS_PHRASE)$/
/** Only who gets the backup is named there; it opens nothing. */
const PUBLIC = /RECIPIENT|PUBLIC/

export interface BackupKey {
  readonly name: string
  readonly value: string | undefined
  readonly at: Place
  readonly writtenAt: Place
  /** It opens the backups. */
  readonly secret: boolean
}

/** Variables with the key of a job's backups: those of its container, and those of `.env` that name backups. */
export function keysOf(stack: Stack, job: BackupJob): readonly BackupKey[] {
  const own = [...job.environment.values()].filter(({ name }) => KEYS.test(name)).map(fromContainer)
  if (job.service !== undefined) return own
  return stack.env
    .filter(({ use }) => use === 'project')
    .flatMap(({ entries }) => entries)
    .filter(({ name }) => KEYS.test(name) && job.commands.some(({ text }) => text.includes(name)))
    .map(({ name, value, at, valueAt }) => ({ name, value, at, writtenAt: valueAt, secret: !PUBLIC.test(name) }))
}

function fromContainer({ name, value, at, writtenAt }: EnvironmentValue): BackupKey {
  return { name, value, at, writtenAt, secret: !PUBLIC.test(name) }
}
