import type { Rule } from '../rule.ts'
import { fixedSchedule } from './fixed-schedule.ts'
import { incomplete } from './incomplete.ts'
import { keyBeside } from './key-beside.ts'
import { mirrorsLosses } from './mirrors-losses.ts'
import { missing } from './missing.ts'
import { neverRestored } from './never-restored.ts'
import { plain } from './plain.ts'
import { restoreMissing } from './restore-missing.ts'
import { sameDisk } from './same-disk.ts'
import { weakEncryption } from './weak-encryption.ts'

/** In the order of the reference. */
export const backupRules: readonly Rule[] = [
  missing,
  incomplete,
  plain,
  weakEncryption,
  keyBeside,
  sameDisk,
  mirrorsLosses,
  neverRestored,
  restoreMissing,
  fixedSchedule,
]
