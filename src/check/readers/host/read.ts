import type { Disk } from '../../disk.ts'
import { readAccounts } from './accounts.ts'
import { readDaemon, readDatabases } from './daemon.ts'
import { readFail2ban } from './fail2ban.ts'
import { parseIptables } from './iptables.ts'
import { readLogrotate, readLogWriters } from './logrotate.ts'
import { parseNftables } from './nftables.ts'
import { readSshd } from './sshd.ts'
import { readSysctl } from './sysctl.ts'
import type { HostTree } from './tree.ts'
import { openHostTree } from './tree.ts'
import type { Firewall, HostSettings } from './types.ts'
import { readUfw } from './ufw.ts'
import { readUpdates } from './updates.ts'

/**
 * The host's files below `root`: `/` for this machine, or a folder with copies of some of them, as `etc/…`, as
 * `host/…`, or under names that can mean nothing else (`sshd_config`, `jail.local`). Undefined when there is none.
 */
export function readHost(disk: Disk, root: string): HostSettings | undefined {
  const tree = openHostTree(disk, root)
  if (tree === undefined) return undefined
  const settings: HostSettings = {
    root,
    shown: disk.shown(root),
    whole: tree.whole,
    sshd: readSshd(disk, tree),
    firewalls: readFirewalls(disk, tree),
    fail2ban: readFail2ban(disk, tree),
    updates: readUpdates(disk, tree),
    sysctl: readSysctl(disk, tree),
    logrotate: readLogrotate(disk, tree),
    logWriters: readLogWriters(disk, tree),
    daemon: readDaemon(disk, tree),
    databases: readDatabases(disk, tree),
    accounts: readAccounts(disk, tree),
  }
  return tree.whole || hasSomething(settings) ? settings : undefined
}

function readFirewalls(disk: Disk, tree: HostTree): readonly Firewall[] {
  const read = (path: string) => {
    const found = tree.find(path)
    return found === undefined ? undefined : disk.read(found)
  }
  const nftables = read('etc/nftables.conf')
  const four = read('etc/iptables/rules.v4') ?? read('etc/iptables/iptables.rules')
  const six = read('etc/iptables/rules.v6') ?? read('etc/iptables/ip6tables.rules')
  return [
    readUfw(disk, tree),
    nftables && parseNftables(nftables, (at, message) => disk.problem(at, message)),
    four && parseIptables(four, 'ipv4'),
    six && parseIptables(six, 'ipv6'),
  ].filter((firewall) => firewall !== undefined)
}

function hasSomething({ sshd, firewalls, fail2ban, updates, sysctl, logrotate, ...rest }: HostSettings): boolean {
  const { logWriters, daemon, databases, accounts } = rest
  const lists = [firewalls, logrotate, logWriters, databases, accounts.roots]
  const maps = [sysctl, accounts.groups]
  const single = [sshd, fail2ban, updates, daemon].some((part) => part !== undefined)
  return single || accounts.knowsSudo || lists.some((list) => list.length > 0) || maps.some((map) => map.size > 0)
}
