import type { Rule } from '../rule.ts'
import { addedCapabilities } from './added-capabilities.ts'
import { adminPath } from './admin-path.ts'
import { apparmor } from './apparmor.ts'
import { barePod } from './bare-pod.ts'
import { bindingToEveryone } from './binding-to-everyone.ts'
import { clusterAdminBinding } from './cluster-admin-binding.ts'
import { clusterToolImage } from './cluster-tool-image.ts'
import { cronConcurrency } from './cron-concurrency.ts'
import { dangerousSetting } from './dangerous-setting.ts'
import { defaultDeny } from './default-deny.ts'
import { defaultDenyEgress } from './default-deny-egress.ts'
import { defaultNamespace } from './default-namespace.ts'
import { defaultServiceAccount } from './default-service-account.ts'
import { deprecatedApi } from './deprecated-api.ts'
import { disruptionBudget } from './disruption-budget.ts'
import { dropCapabilities } from './drop-capabilities.ts'
import { healthProbes } from './health-probes.ts'
import { hostNamespaces } from './host-namespaces.ts'
import { hostPath } from './host-path.ts'
import { hostPorts } from './host-ports.ts'
import { hostProbes } from './host-probes.ts'
import { hostProcess } from './host-process.ts'
import { imagePullPolicy } from './image-pull-policy.ts'
import { ingressAnnotation } from './ingress-annotation.ts'
import { ingressBypass } from './ingress-bypass.ts'
import { ingressRateLimit } from './ingress-rate-limit.ts'
import { ingressSnippet } from './ingress-snippet.ts'
import { ingressTls } from './ingress-tls.ts'
import { lastingToken } from './lasting-token.ts'
import { loginRateLimit } from './login-rate-limit.ts'
import { namespaceLabels } from './namespace-labels.ts'
import { openEgressPolicy } from './open-egress-policy.ts'
import { openIngressPolicy } from './open-ingress-policy.ts'
import { privilegeEscalation } from './privilege-escalation.ts'
import { privileged } from './privileged.ts'
import { probePath } from './probe-path.ts'
import { procMount } from './proc-mount.ts'
import { publicDataAddress } from './public-data-address.ts'
import { publishedDataService } from './published-data-service.ts'
import { resourceLimits } from './resource-limits.ts'
import { resourceRequests } from './resource-requests.ts'
import { roleEscalation } from './role-escalation.ts'
import { rolePodAccess } from './role-pod-access.ts'
import { roleSecrets } from './role-secrets.ts'
import { roleWildcard } from './role-wildcard.ts'
import { rootUser } from './root-user.ts'
import { runAsNonRoot } from './run-as-non-root.ts'
import { seccompOff } from './seccomp-off.ts'
import { seccompProfile } from './seccomp-profile.ts'
import { secretAsVariable } from './secret-as-variable.ts'
import { secretInArguments } from './secret-in-arguments.ts'
import { secretInConfigMap } from './secret-in-config-map.ts'
import { secretInEnvironment } from './secret-in-environment.ts'
import { secretInManifest } from './secret-in-manifest.ts'
import { selinux } from './selinux.ts'
import { serviceAccountToken } from './service-account-token.ts'
import { sharedProcesses } from './shared-processes.ts'
import { sharedServiceAccount } from './shared-service-account.ts'
import { singleReplica } from './single-replica.ts'
import { sysctls } from './sysctls.ts'
import { unqualifiedImage } from './unqualified-image.ts'
import { unreadSetting } from './unread-setting.ts'
import { unselectedWorkload } from './unselected-workload.ts'
import { volumeTypes } from './volume-types.ts'
import { weakSecret } from './weak-secret.ts'
import { writableRoot } from './writable-root.ts'

/** In the order of the reference. */
export const kubernetesRules: readonly Rule[] = [
  // Pod Security Standards, baseline
  hostProcess,
  hostNamespaces,
  privileged,
  addedCapabilities,
  hostPath,
  hostPorts,
  hostProbes,
  apparmor,
  selinux,
  procMount,
  seccompOff,
  sysctls,
  // Pod Security Standards, restricted, and what goes with it
  volumeTypes,
  privilegeEscalation,
  runAsNonRoot,
  rootUser,
  seccompProfile,
  dropCapabilities,
  writableRoot,
  sharedProcesses,
  // Who may do what in the cluster
  defaultServiceAccount,
  sharedServiceAccount,
  serviceAccountToken,
  lastingToken,
  roleWildcard,
  roleSecrets,
  roleEscalation,
  rolePodAccess,
  clusterAdminBinding,
  bindingToEveryone,
  // Secrets and settings
  secretInEnvironment,
  secretInConfigMap,
  secretInArguments,
  secretInManifest,
  weakSecret,
  secretAsVariable,
  dangerousSetting,
  unreadSetting,
  // Network
  namespaceLabels,
  defaultDeny,
  unselectedWorkload,
  openIngressPolicy,
  defaultDenyEgress,
  openEgressPolicy,
  publishedDataService,
  publicDataAddress,
  ingressBypass,
  ingressTls,
  ingressSnippet,
  ingressAnnotation,
  ingressRateLimit,
  loginRateLimit,
  adminPath,
  // Running
  resourceLimits,
  resourceRequests,
  healthProbes,
  probePath,
  imagePullPolicy,
  unqualifiedImage,
  clusterToolImage,
  singleReplica,
  disruptionBudget,
  barePod,
  defaultNamespace,
  cronConcurrency,
  deprecatedApi,
]
