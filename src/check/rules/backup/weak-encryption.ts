import type { Rule } from '../rule.ts'
import { weakCommands } from './encryption.ts'
import { backupJobs } from './jobs.ts'
import { DUMP, RECIPIENT, script, stack } from './samples.ts'

export const weakEncryption = {
  id: 'backup.weak-encryption',
  severity: 'medium',
  title: 'Backups are encrypted weakly',
  looksFor:
    'Fernet (AES with 128 bits), openssl enc without -pbkdf2 or with an old cipher, passwords on zip, keys made with a salt that is the same everywhere.',
  why: 'Who has a copy can try passwords at leisure, with machines made for it, for as long as the backup exists; and "AES-256", which the guide promises, it is not.',
  fix: `Use age or gpg for a recipient, restic or borg; they have no such choices. Make a new backup with it and delete the old ones.`,
  bad: stack('', script(`${DUMP} | openssl enc -aes-256-cbc -pass file:/root/key > /backups/shop.sql.enc`)),
  good: stack('', script(`${DUMP} | age -r ${RECIPIENT} -o /backups/shop.sql.age`)),
  applies: (stack) => backupJobs(stack).length > 0,
  check(stack, report) {
    for (const job of backupJobs(stack)) {
      const told = new Set<string>()
      for (const { command, why } of weakCommands(job)) {
        if (told.has(why)) continue
        told.add(why)
        report({
          at: command.at,
          ...(job.service === undefined ? {} : { service: job.service }),
          observed: `${job.name} uses ${why}`,
          expected: 'age, gpg, restic or borg with a key of at least 128 bits that is chosen at random',
        })
      }
    }
  },
} satisfies Rule
