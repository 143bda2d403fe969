/** What `iptables-save` writes, of a file or of the running kernel. Only the table `filter` decides who is let in. */

import type { TextFile } from '../../disk.ts'
import { lookUp } from '../../text/lookup.ts'
import type { Located, Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { linesOf } from './lines.ts'
import type { Firewall, OpenPort, Policy } from './types.ts'
import { protocolOf, rangesOf } from './ufw.ts'

interface Filter {
  readonly policies: ReadonlyMap<string, Located<Policy>>
  readonly rules: readonly { readonly chain: string; readonly text: string; readonly at: Place }[]
}

const NAMED_PORTS: Readonly<Record<string, string>> = { ssh: '22', http: '80', https: '443', domain: '53', smtp: '25' }

/** Undefined when the text has no table `filter`. */
export function parseIptables(file: TextFile, family: 'ipv4' | 'ipv6'): Firewall | undefined {
  const filter = filterOf(file)
  if (filter === undefined) return undefined
  const docker = filter.rules.filter(({ chain }) => chain === 'DOCKER-USER')
  return {
    tool: 'iptables',
    family,
    at: wholeFile(file.shown),
    active: undefined,
    input: effective(filter, 'INPUT'),
    output: effective(filter, 'OUTPUT'),
    open: filter.rules.flatMap((rule) => (rule.chain === 'INPUT' ? openPort(rule.text, rule.at) : [])),
    filtersContainers: docker.some(({ text }) => /\s-j\s+(?!RETURN|ACCEPT)/.test(text)),
  }
}

function filterOf(file: TextFile): Filter | undefined {
  const policies = new Map<string, Located<Policy>>()
  const rules: { chain: string; text: string; at: Place }[] = []
  let table = ''
  let seen = false
  for (const { text, at } of linesOf(file)) {
    if (text.startsWith('*')) table = text.slice(1)
    if (table !== 'filter') continue
    seen = true
    const chain = /^:(\S+)\s+(ACCEPT|DROP)/.exec(text)
    if (chain !== null) policies.set(chain[1]!, { value: chain[2] === 'DROP' ? 'drop' : 'accept', at })
    const rule = /^(?:\[\d+:\d+\]\s*)?-A\s+(\S+)(.*)$/.exec(text)
    if (rule !== null) rules.push({ chain: rule[1]!, text: rule[2]!, at })
  }
  return seen ? { policies, rules } : undefined
}

/** A rule without a condition that drops or rejects says more than the chain's policy. */
function effective(filter: Filter, chain: string): Located<Policy> | undefined {
  const last = filter.rules.find(
    (rule) =>
      rule.chain === chain && /^\s*(?:-m comment --comment (?:"[^"]*"|\S+)\s+)?-j (DROP|REJECT)\b/.test(rule.text),
  )
  if (last === undefined) return filter.policies.get(chain)
  return { value: last.text.includes('REJECT') ? 'reject' : 'drop', at: last.at }
}

function openPort(rule: string, at: Place): readonly OpenPort[] {
  const option = (name: string) => new RegExp(`(?:^|\\s)(?:${name})\\s+(\\S+)`).exec(rule)?.[1]
  const ports = option('--dports?|--destination-ports?')
  if (option('-j') !== 'ACCEPT' || ports === undefined || option('-i') === 'lo') return []
  const named = ports.split(',').map((port) => lookUp(NAMED_PORTS, port) ?? port)
  const source = option('-s|--source')
  const from = source === '0.0.0.0/0' || source === '::/0' ? undefined : (source ?? option('-i'))
  return rangesOf(named.join(',')).map(([first, last]) => ({
    at,
    protocol: protocolOf(option('-p')),
    first,
    last,
    from,
  }))
}
