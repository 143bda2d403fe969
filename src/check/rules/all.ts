import { automationRules } from './automation/index.ts'
import { backupRules } from './backup/index.ts'
import { composeRules } from './compose/index.ts'
import { dockerRules } from './docker/index.ts'
import { hostRules } from './host/index.ts'
import { imageRules } from './image/index.ts'
import { kubernetesRules } from './kubernetes/index.ts'
import { packageRules } from './package/index.ts'
import { proxyRules } from './proxy/index.ts'
import type { Rule } from './rule.ts'
import { secretRules } from './secret/index.ts'
import { settingRules } from './setting/index.ts'

/** All rules, family by family, in the order of the reference. */
export const rules: readonly Rule[] = [
  ...composeRules,
  ...imageRules,
  ...secretRules,
  ...settingRules,
  ...proxyRules,
  ...backupRules,
  ...packageRules,
  ...automationRules,
  ...kubernetesRules,
  ...hostRules,
  ...dockerRules,
]
