import type { Rule } from '../rule.ts'
import { defaultSecret } from './default.ts'
import { fileReadable } from './file-readable.ts'
import { secretInCompose } from './in-compose.ts'
import { secretInEnvironment } from './in-environment.ts'
import { missingSecret } from './missing.ts'
import { needlessSecret } from './needless.ts'
import { notIgnored } from './not-ignored.ts'
import { oldSecret } from './old.ts'
import { secretOnCommandLine } from './on-command-line.ts'
import { reusedSecret } from './reused.ts'
import { shortSecret } from './short.ts'
import { trackedSecret } from './tracked.ts'
import { weakSecret } from './weak.ts'

/** Rules about secrets, in the order in which they are listed. */
export const secretRules: readonly Rule[] = [
  defaultSecret,
  missingSecret,
  shortSecret,
  weakSecret,
  reusedSecret,
  needlessSecret,
  secretInEnvironment,
  secretInCompose,
  secretOnCommandLine,
  fileReadable,
  trackedSecret,
  notIgnored,
  oldSecret,
]
