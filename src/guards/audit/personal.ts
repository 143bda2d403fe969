import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Personal fields in the clear. `subject` is the opaque id of the person: all of their fields are erased together. */
export interface PersonalFields {
  readonly subject: string
  readonly fields: Readonly<Record<string, string>>
}

/** Personal fields as the log holds them. An entry about somebody who was erased already holds none. */
export type SealedFields =
  | { readonly subject: string; readonly nonce: string; readonly sealed: string }
  | { readonly subject: string; readonly erased: true }

/** Personal fields as a reader sees them: `fields` only with the subject's key. */
export interface ReadFields {
  readonly subject: string
  readonly fields?: Readonly<Record<string, string>>
  /** Why there are no fields: nobody gave the right key, or the subject has none any more. */
  readonly hidden?: 'sealed' | 'erased'
}

/** Where the keys of subjects come from: `src/store/subject-keys.ts`. */
export interface PersonalKeys {
  get(subject: string): Promise<Buffer | undefined>
  create(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>>
  erase(subjects: readonly string[]): Promise<void>
}

const tagBytes = 16

/** Encrypts with AES-256-GCM under the subject's key, bound to the entry and the subject. No key means erased. */
export function sealFields(personal: PersonalFields, entryId: string, key: Buffer | undefined): SealedFields {
  const { subject, fields } = personal
  if (key === undefined) return { subject, erased: true }
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(context(entryId, subject))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(fields), 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { subject, nonce: nonce.toString('base64'), sealed: sealed.toString('base64') }
}

/** Undefined when it was not sealed with this key, for this entry and this subject. */
export function openFields(sealed: SealedFields, entryId: string, key: Buffer): Record<string, string> | undefined {
  if ('erased' in sealed) return undefined
  const bytes = Buffer.from(sealed.sealed, 'base64')
  const nonce = Buffer.from(sealed.nonce, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(context(entryId, sealed.subject))
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    return JSON.parse(decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8'))
  } catch {
    return undefined
  }
}

function context(entryId: string, subject: string): Buffer {
  return Buffer.from(JSON.stringify(['castellan audit personal fields v1', entryId, subject]))
}
