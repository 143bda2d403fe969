import type { Rule } from '../rule.ts'
import { lockMissing } from './lock-missing.ts'
import { nodeEndOfLife } from './node-end-of-life.ts'
import { scanFindings } from './scan-findings.ts'
import { scanMissing } from './scan-missing.ts'
import { scanOld } from './scan-old.ts'

/** In the order of the reference. */
export const packageRules: readonly Rule[] = [nodeEndOfLife, lockMissing, scanMissing, scanOld, scanFindings]
