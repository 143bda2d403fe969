import type { Rule } from '../rule.ts'
import { capabilities } from './capabilities.ts'
import { cpuLimit } from './cpu-limit.ts'
import { dangerousCapability } from './dangerous-capability.ts'
import { dataEgress } from './data-egress.ts'
import { dataNotKept } from './data-not-kept.ts'
import { dataReachable } from './data-reachable.ts'
import { defaultNetwork } from './default-network.ts'
import { dockerSocket } from './docker-socket.ts'
import { healthMissing } from './health-missing.ts'
import { healthPath } from './health-path.ts'
import { hostNamespace } from './host-namespace.ts'
import { hostNetwork } from './host-network.ts'
import { logsOff } from './logs-off.ts'
import { logsUnbounded } from './logs-unbounded.ts'
import { memoryLimit } from './memory-limit.ts'
import { newPrivileges } from './new-privileges.ts'
import { noMonitoring } from './no-monitoring.ts'
import { noProxy } from './no-proxy.ts'
import { openEgress } from './open-egress.ts'
import { pidsLimit } from './pids-limit.ts'
import { privileged } from './privileged.ts'
import { publishedData } from './published-data.ts'
import { publishedPort } from './published-port.ts'
import { publishedTool } from './published-tool.ts'
import { rootUser } from './root-user.ts'
import { sensitiveMount } from './sensitive-mount.ts'
import { sharedNetwork } from './shared-network.ts'
import { sharedVolume } from './shared-volume.ts'
import { socketProxy } from './socket-proxy.ts'
import { socketWritable } from './socket-writable.ts'
import { unconfined } from './unconfined.ts'
import { wafMissing } from './waf-missing.ts'
import { writableRoot } from './writable-root.ts'

/** Rules about Compose projects, in the order of the reference. */
export const composeRules: readonly Rule[] = [
  // How it is reached, and what it reaches
  publishedPort,
  publishedData,
  publishedTool,
  noProxy,
  hostNetwork,
  defaultNetwork,
  sharedNetwork,
  dataReachable,
  dataEgress,
  openEgress,
  // Rights
  rootUser,
  privileged,
  dangerousCapability,
  capabilities,
  newPrivileges,
  unconfined,
  writableRoot,
  hostNamespace,
  // The engine, the host and data
  dockerSocket,
  socketWritable,
  socketProxy,
  sensitiveMount,
  sharedVolume,
  dataNotKept,
  // Running
  memoryLimit,
  cpuLimit,
  pidsLimit,
  healthMissing,
  healthPath,
  logsUnbounded,
  logsOff,
  noMonitoring,
  wafMissing,
]
