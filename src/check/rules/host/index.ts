import type { Rule } from '../rule.ts'
import { certificateExpiring } from './certificate-expiring.ts'
import { dataUnencrypted } from './data-unencrypted.ts'
import { databaseCleartextLogin } from './database-cleartext-login.ts'
import { databaseNoTls } from './database-no-tls.ts'
import { databaseOpen } from './database-open.ts'
import { dockerApiOpen } from './docker-api-open.ts'
import { dockerBypassesFirewall } from './docker-bypasses-firewall.ts'
import { dockerFirewallOff } from './docker-firewall-off.ts'
import { dockerGroup } from './docker-group.ts'
import { dockerInsecureRegistry } from './docker-insecure-registry.ts'
import { dockerLogUnbounded } from './docker-log-unbounded.ts'
import { dockerSocketWritable } from './docker-socket-writable.ts'
import { dockerUserNamespaces } from './docker-user-namespaces.ts'
import { dumpLeft } from './dump-left.ts'
import { fail2banLenient } from './fail2ban-lenient.ts'
import { fail2banMissesContainers } from './fail2ban-misses-containers.ts'
import { fail2banSshOff } from './fail2ban-ssh-off.ts'
import { fail2banWebOff } from './fail2ban-web-off.ts'
import { fail2banWrongPort } from './fail2ban-wrong-port.ts'
import { firewallAcceptsByDefault } from './firewall-accepts-by-default.ts'
import { firewallExtraPort } from './firewall-extra-port.ts'
import { firewallInsidePort } from './firewall-inside-port.ts'
import { firewallIpv6Open } from './firewall-ipv6-open.ts'
import { firewallOff } from './firewall-off.ts'
import { firewallOutgoingOpen } from './firewall-outgoing-open.ts'
import { ipForward } from './ip-forward.ts'
import { kernelSetting } from './kernel-setting.ts'
import { listeningInsidePort } from './listening-inside-port.ts'
import { logRotationLosesLines } from './log-rotation-loses-lines.ts'
import { logRotationShort } from './log-rotation-short.ts'
import { neverAudited } from './never-audited.ts'
import { noMandatoryAccessControl } from './no-mandatory-access-control.ts'
import { rebootRequired } from './reboot-required.ts'
import { secondRoot } from './second-root.ts'
import { secretReadable } from './secret-readable.ts'
import { sshAnyUser } from './ssh-any-user.ts'
import { sshEmptyPassword } from './ssh-empty-password.ts'
import { sshKeyLoginOff } from './ssh-key-login-off.ts'
import { sshMaxAuthTries } from './ssh-max-auth-tries.ts'
import { sshPasswordLogin } from './ssh-password-login.ts'
import { sshRootLogin } from './ssh-root-login.ts'
import { sshWeakAlgorithms } from './ssh-weak-algorithms.ts'
import { sshX11Forwarding } from './ssh-x11-forwarding.ts'
import { sudoWithoutPassword } from './sudo-without-password.ts'
import { swapUnencrypted } from './swap-unencrypted.ts'
import { timeNotSynchronised } from './time-not-synchronised.ts'
import { updatesNoSecurity } from './updates-no-security.ts'
import { updatesOff } from './updates-off.ts'
import { updatesPending } from './updates-pending.ts'
import { updatesStale } from './updates-stale.ts'

/** Rules on the host's files and on the host itself, in the order of the reference. */
export const hostRules: readonly Rule[] = [
  sshRootLogin,
  sshPasswordLogin,
  sshEmptyPassword,
  sshKeyLoginOff,
  sshX11Forwarding,
  sshWeakAlgorithms,
  sshMaxAuthTries,
  sshAnyUser,
  firewallOff,
  firewallAcceptsByDefault,
  firewallInsidePort,
  firewallExtraPort,
  firewallIpv6Open,
  firewallOutgoingOpen,
  dockerBypassesFirewall,
  dockerFirewallOff,
  dockerApiOpen,
  dockerSocketWritable,
  dockerGroup,
  dockerUserNamespaces,
  dockerInsecureRegistry,
  dockerLogUnbounded,
  listeningInsidePort,
  databaseOpen,
  databaseCleartextLogin,
  databaseNoTls,
  fail2banSshOff,
  fail2banWrongPort,
  fail2banMissesContainers,
  fail2banWebOff,
  fail2banLenient,
  updatesOff,
  updatesNoSecurity,
  updatesStale,
  updatesPending,
  rebootRequired,
  secondRoot,
  sudoWithoutPassword,
  kernelSetting,
  ipForward,
  noMandatoryAccessControl,
  dataUnencrypted,
  swapUnencrypted,
  secretReadable,
  dumpLeft,
  certificateExpiring,
  logRotationLosesLines,
  logRotationShort,
  timeNotSynchronised,
  neverAudited,
]
