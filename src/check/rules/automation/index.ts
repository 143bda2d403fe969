import type { Rule } from '../rule.ts'
import { clusterLint } from './cluster-lint.ts'
import { dependencyScan } from './dependency-scan.ts'
import { dependencyUpdates } from './dependency-updates.ts'
import { deployOnMerge } from './deploy-on-merge.ts'
import { dockerGroup } from './docker-group.ts'
import { imageScan } from './image-scan.ts'
import { imageUpdates } from './image-updates.ts'
import { logsLost } from './logs-lost.ts'
import { removedCommand } from './removed-command.ts'
import { scanArchived } from './scan-archived.ts'
import { scanOnPush } from './scan-on-push.ts'
import { sharedReset } from './shared-reset.ts'
import { signatureCheck } from './signature-check.ts'
import { unknownModel } from './unknown-model.ts'

/** In the order of the reference. */
export const automationRules: readonly Rule[] = [
  // Updates
  imageUpdates,
  dependencyUpdates,
  deployOnMerge,
  // Scans
  imageScan,
  dependencyScan,
  scanOnPush,
  scanArchived,
  signatureCheck,
  clusterLint,
  // Scripts and run books
  dockerGroup,
  logsLost,
  sharedReset,
  removedCommand,
  unknownModel,
]
