import type { Rule } from '../rule.ts'
import { dangerousValue } from './dangerous-value.ts'
import { databaseLog } from './database-log.ts'
import { databasePublic } from './database-public.ts'
import { databaseUnencrypted } from './database-unencrypted.ts'
import { mailUnencrypted } from './mail-unencrypted.ts'
import { misspelledSetting } from './misspelled.ts'
import { noAuthentication } from './no-authentication.ts'
import { presenceFlag } from './presence-flag.ts'
import { requiredSetting } from './required.ts'
import { signOnIncomplete } from './sign-on-incomplete.ts'
import { unreadSetting } from './unread.ts'

/** Rules about settings, in the order in which they are listed. */
export const settingRules: readonly Rule[] = [
  unreadSetting,
  misspelledSetting,
  presenceFlag,
  dangerousValue,
  requiredSetting,
  noAuthentication,
  mailUnencrypted,
  databaseUnencrypted,
  databasePublic,
  databaseLog,
  signOnIncomplete,
]
