import type { Located, Place } from '../../text/place.ts'

/** The host's own configuration, as far as its files were found below one root. */
export interface HostSettings {
  /** Absolute: `/` of this machine, or a folder that holds such files. */
  readonly root: string
  readonly shown: string
  /** A whole machine lies there, so what is absent is absent; else only some of its files are known. */
  readonly whole: boolean
  readonly sshd: SshdSettings | undefined
  readonly firewalls: readonly Firewall[]
  readonly fail2ban: Fail2banSettings | undefined
  readonly updates: UpdateSettings | undefined
  /** Kernel settings by name with dots (`net.ipv4.ip_forward`); the value that holds after all files. */
  readonly sysctl: ReadonlyMap<string, Located<string>>
  readonly logrotate: readonly LogRotation[]
  /** Commands of units, crontabs and scripts that write a container's log into a file without end. */
  readonly logWriters: readonly LogWriter[]
  readonly daemon: DockerDaemon | undefined
  readonly databases: readonly HostDatabase[]
  readonly accounts: Accounts
}

export interface SshdSettings {
  readonly at: Place
  /** What holds for everybody: keyword in lower case to its values in their order. sshd takes the first one. */
  readonly values: SshdValues
  readonly matches: readonly SshdMatch[]
}

export type SshdValues = ReadonlyMap<string, readonly Located<string>[]>

/** A `Match` block: for whoever it fits, it overrides what holds for everybody. */
export interface SshdMatch {
  readonly criteria: string
  readonly at: Place
  readonly values: SshdValues
}

export type Policy = 'accept' | 'drop' | 'reject'

/** A packet filter, whatever tool it is written for. */
export interface Firewall {
  readonly tool: 'ufw' | 'nftables' | 'iptables'
  /** The addresses that it filters. */
  readonly family: 'ipv4' | 'ipv6' | 'both'
  readonly at: Place
  /** Undefined when nothing says whether it is switched on. */
  readonly active: Located<boolean> | undefined
  /** What becomes of a packet that no rule names; undefined when there is no chain for it. */
  readonly input: Located<Policy> | undefined
  readonly output: Located<Policy> | undefined
  /** Ports that are let in. */
  readonly open: readonly OpenPort[]
  /** It filters what goes to containers: by rules in the chain DOCKER-USER, or by a forward chain of its own that drops. */
  readonly filtersContainers: boolean
}

export interface OpenPort {
  readonly at: Place
  readonly protocol: 'tcp' | 'udp' | 'any'
  readonly first: number
  readonly last: number
  /** The source that is let in; undefined: anybody. */
  readonly from: string | undefined
}

export interface Fail2banSettings {
  readonly at: Place
  readonly jails: readonly Jail[]
}

export interface Jail {
  readonly name: string
  readonly at: Place
  readonly enabled: boolean
  /** Its own settings and, below them, those of `[DEFAULT]`. */
  readonly values: ReadonlyMap<string, Located<string>>
}

/** What installs updates by itself: apt's unattended-upgrades or dnf-automatic. */
export interface UpdateSettings {
  readonly tool: 'apt' | 'dnf'
  readonly at: Place
  /** Updates are installed, not only listed. Undefined: no file says it, which means no. */
  readonly install: Located<boolean> | undefined
  /** The security updates are among them. Undefined: no file says it. */
  readonly security: Located<boolean> | undefined
  /** It restarts the machine when an update needs it. */
  readonly reboot: Located<boolean> | undefined
}

/** One block of a logrotate file. */
export interface LogRotation {
  readonly at: Place
  readonly paths: readonly string[]
  /** Names of its directives and what stands behind them; those of the file's head are among them. */
  readonly directives: ReadonlyMap<string, Located<string>>
  /** A `postrotate` script tells the writer to open the new file. */
  readonly tellsWriter: boolean
}

export interface LogWriter {
  readonly at: Place
  /** The file that the shell writes to. */
  readonly file: string
}

/** `/etc/docker/daemon.json`. */
export interface DockerDaemon {
  readonly at: Place
  readonly values: ReadonlyMap<string, Located<unknown>>
}

/** Settings of a database that runs on the host itself, not in a container. */
export interface HostDatabase {
  readonly kind: 'postgresql' | 'redis'
  readonly at: Place
  readonly values: ReadonlyMap<string, Located<string>>
  /** Lines of pg_hba.conf. */
  readonly access: readonly DatabaseAccess[]
}

export interface DatabaseAccess {
  readonly at: Place
  readonly type: string
  readonly database: string
  readonly user: string
  /** Empty for `local`. */
  readonly address: string
  readonly method: string
}

export interface Accounts {
  /** `/etc/passwd`: names with user id 0. */
  readonly roots: readonly Located<string>[]
  /** `/etc/group`: members by group. */
  readonly groups: ReadonlyMap<string, Located<readonly string[]>>
  /** Were there sudoers to read? */
  readonly knowsSudo: boolean
  /** Lines of sudoers that give every command without a password. */
  readonly freeSudo: readonly Located<string>[]
}
