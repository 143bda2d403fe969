import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openSubjectKeys } from '../../store/subject-keys.ts'
import { openAuditLog } from './log.ts'

/**
 * For tests: appends for ever, and prints `index id` of every entry that was acknowledged.
 * Arguments: folder, file of the signing key, file of the subjects' keys, a word for the ids.
 */
const [folder = '', keyFile = '', subjects = '', word = ''] = process.argv.slice(2)
const keys = await openSubjectKeys(subjects)
const log = await openAuditLog({
  folder,
  signingKey: createPrivateKey(readFileSync(keyFile)),
  keys,
  segmentBytes: 30_000,
})

async function appendForEver(writer: number): Promise<void> {
  for (let at = 0; ; at += 1) {
    const subject = `${word}-${writer}-${at % 7}`
    const entries = Array.from({ length: 1 + (at % 4) }, (_, part) => ({
      id: `${word}-${writer}-${at}-${part}`,
      event: 'crash.test',
      data: { padding: 'x'.repeat((at * 37) % 900) },
      personal: [{ subject, fields: { name: subject } }],
    }))
    const { entries: placed } = await log.append(entries)
    process.stdout.write(placed.map(({ index, id }) => `${index} ${id}\n`).join(''))
  }
}

await Promise.all([0, 1, 2].map(appendForEver))
