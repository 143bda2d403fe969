/** The packet filter of the running kernel, asked of the tools that print it, and ufw's word about itself. */
import type { TextFile } from '../disk.ts'
import { parseIptables } from '../readers/host/iptables.ts'
import { parseNftables } from '../readers/host/nftables.ts'
import type { Firewall, OpenPort, Policy } from '../readers/host/types.ts'
import { rangesOf } from '../readers/host/ufw.ts'
import type { Located } from '../text/place.ts'
import { wholeFile } from '../text/place.ts'
import type { LiveHost } from './host-types.ts'
import type { Answer } from './run.ts'
import { ask } from './run.ts'

/** Live text has no file; its place is the command that printed it. */
function printed(command: string, text: string): TextFile {
  return { path: command, shown: `host:${command}`, text }
}

export async function readFirewalls(): Promise<Pick<LiveHost, 'firewalls' | 'firewallSeen' | 'unknown'>> {
  const [nft, four, six, ufw] = await Promise.all([
    ask('nft', 'list', 'ruleset'),
    ask('iptables-save'),
    ask('ip6tables-save'),
    ask('ufw', 'status', 'verbose'),
  ])
  const parsed = [
    ufw.ok ? parseUfwStatus(ufw.text) : undefined,
    nft.ok ? parseNftables(printed('nft', nft.text), () => {}) : undefined,
    four.ok ? parseIptables(printed('iptables-save', four.text), 'ipv4') : undefined,
    six.ok ? parseIptables(printed('ip6tables-save', six.text), 'ipv6') : undefined,
  ]
  const seen = nft.ok || four.ok
  const reasons = [nft, four].flatMap((answer: Answer) => (answer.ok ? [] : [answer.reason]))
  return {
    firewalls: parsed.filter((firewall) => firewall !== undefined),
    firewallSeen: seen,
    unknown: seen ? [] : [{ what: 'the packet filter', reason: reasons.join('; ') }],
  }
}

/** What `ufw status verbose` prints in English. */
export function parseUfwStatus(text: string): Firewall {
  const file = 'host:ufw'
  const lines = text.split('\n')
  const find = (pattern: RegExp) => {
    const index = lines.findIndex((line) => pattern.test(line))
    return index === -1 ? undefined : { match: pattern.exec(lines[index]!)!, at: { file, line: index + 1, column: 1 } }
  }
  const status = find(/^Status: (\w+)/)
  const policy = (direction: string): Located<Policy> | undefined => {
    const found = find(new RegExp(`^Default:.*?(deny|reject|allow) \\(${direction}\\)`))
    const words = { deny: 'drop', reject: 'reject', allow: 'accept' } as const
    return found && { value: words[found.match[1] as keyof typeof words], at: found.at }
  }
  return {
    tool: 'ufw',
    family: 'both',
    at: wholeFile(file),
    active: status && { value: status.match[1] === 'active', at: status.at },
    input: policy('incoming'),
    output: policy('outgoing'),
    open: lines.flatMap((line, index) => openPort(line, { file, line: index + 1, column: 1 })),
    filtersContainers: false,
  }
}

/** `80,443/tcp (Nginx Full)     ALLOW IN    Anywhere`; lines for IPv6 say the same once more. */
function openPort(line: string, at: OpenPort['at']): readonly OpenPort[] {
  const found = /^(?:\S+ )?(Anywhere|[\d,:]+)(?:\/(tcp|udp))?(?: \([^)]*\))*\s+(?:ALLOW|LIMIT)(?: IN)?\s+(\S+)/.exec(
    line,
  )
  if (found === null) return []
  const [, ports = '', protocol, source] = found
  const ranges = ports === 'Anywhere' ? rangesOf('any') : rangesOf(ports)
  const from = source === 'Anywhere' ? undefined : source
  return ranges.map(([first, last]) => ({
    at,
    protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : 'any',
    first,
    last,
    from,
  }))
}
