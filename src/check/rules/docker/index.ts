import type { Rule } from '../rule.ts'
import { capabilitiesKept } from './capabilities-kept.ts'
import { capabilityAdded } from './capability-added.ts'
import { dataWayOut } from './data-way-out.ts'
import { defaultBridge } from './default-bridge.ts'
import { extraPortPublished } from './extra-port-published.ts'
import { hostNamespace } from './host-namespace.ts'
import { imageDiffers } from './image-differs.ts'
import { imageOld } from './image-old.ts'
import { insecureRegistry } from './insecure-registry.ts'
import { insidePortPublished } from './inside-port-published.ts'
import { internalNetworkNotSealed } from './internal-network-not-sealed.ts'
import { liveRestoreOff } from './live-restore-off.ts'
import { logUnbounded } from './log-unbounded.ts'
import { logsOff } from './logs-off.ts'
import { newPrivileges } from './new-privileges.ts'
import { noHealthCheck } from './no-health-check.ts'
import { noLimit } from './no-limit.ts'
import { oldImageRunning } from './old-image-running.ts'
import { portNotInFile } from './port-not-in-file.ts'
import { privileged } from './privileged.ts'
import { restarting } from './restarting.ts'
import { rootUser } from './root-user.ts'
import { securityProfileOff } from './security-profile-off.ts'
import { sensitiveMount } from './sensitive-mount.ts'
import { serviceNotRunning } from './service-not-running.ts'
import { socketMounted } from './socket-mounted.ts'
import { unhealthy } from './unhealthy.ts'
import { userNamespaces } from './user-namespaces.ts'
import { weakSecret } from './weak-secret.ts'
import { writableRoot } from './writable-root.ts'

/** Rules on what the Docker engine really runs, in the order of the reference. */
export const dockerRules: readonly Rule[] = [
  privileged,
  socketMounted,
  sensitiveMount,
  hostNamespace,
  capabilityAdded,
  capabilitiesKept,
  rootUser,
  securityProfileOff,
  newPrivileges,
  writableRoot,
  noLimit,
  insidePortPublished,
  extraPortPublished,
  portNotInFile,
  imageDiffers,
  oldImageRunning,
  imageOld,
  unhealthy,
  noHealthCheck,
  restarting,
  serviceNotRunning,
  logsOff,
  logUnbounded,
  dataWayOut,
  defaultBridge,
  internalNetworkNotSealed,
  weakSecret,
  userNamespaces,
  liveRestoreOff,
  insecureRegistry,
]
