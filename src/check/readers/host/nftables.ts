/**
 * nftables.conf, or what `nft list ruleset` prints: tables, chains, hooks, policies, and of their rules those that let
 * ports in. It is no evaluation: jumps, maps and sets by name are not followed.
 */

import type { TextFile } from '../../disk.ts'
import { lookUp } from '../../text/lookup.ts'
import type { Located, Place } from '../../text/place.ts'
import { createLocator, wholeFile } from '../../text/place.ts'
import type { Firewall, OpenPort, Policy } from './types.ts'
import { protocolOf, rangesOf } from './ufw.ts'

interface Chain {
  readonly name: string
  readonly family: string
  /** Family and name of its table. */
  readonly table: string
  readonly hook: string | undefined
  readonly policy: Located<Policy>
  readonly rules: Statement[]
}

interface Statement {
  readonly text: string
  readonly at: Place
}

/** Undefined when it has no chain at all. `problem` hears of braces that don't match. */
export function parseNftables(file: TextFile, problem: (at: Place, message: string) => void): Firewall | undefined {
  const chains = chainsOf(file, problem)
  if (chains.length === 0) return undefined
  const input = chains.filter(({ hook }) => hook === 'input')
  const families = new Set(input.map(({ family }) => family))
  const both = families.has('inet') || (families.has('ip') && families.has('ip6'))
  return {
    tool: 'nftables',
    family: both ? 'both' : families.has('ip6') ? 'ipv6' : 'ipv4',
    at: wholeFile(file.shown),
    active: undefined,
    input: strictest(input),
    output: strictest(chains.filter(({ hook }) => hook === 'output')),
    open: input.flatMap(({ rules }) => rules.flatMap(openPorts)),
    filtersContainers: filtersContainers(chains),
  }
}

/**
 * A forward chain that drops counts only in a table of its own: in Docker's table the policy is Docker's, which lets in
 * what it publishes. There the chain DOCKER-USER is the place for the host's own rules.
 */
function filtersContainers(chains: readonly Chain[]): boolean {
  const dockers = new Set(
    chains.filter(({ name, table }) => /^DOCKER|docker/.test(`${name} ${table}`)).map(({ table }) => table),
  )
  return chains.some((chain) => {
    if (chain.name === 'DOCKER-USER') return chain.rules.some(({ text }) => /\b(drop|reject|jump|goto)\b/.test(text))
    return chain.hook === 'forward' && !dockers.has(chain.table) && effective(chain).value !== 'accept'
  })
}

/** Walks the text once; a block is known by the words before its brace. */
function chainsOf(file: TextFile, problem: (at: Place, message: string) => void): readonly Chain[] {
  const locate = createLocator(file.shown, file.text)
  const text = withoutComments(file.text)
  const chains: Chain[] = []
  const outside: Statement[] = []
  const stack: { head: string; statements: Statement[]; at: Place }[] = []
  let start = 0
  let inner = 0
  const statement = (end: number) => {
    const raw = text.slice(start, end)
    const trimmed = raw.replace(/\s+/g, ' ').trim()
    const at = locate(start + raw.length - raw.trimStart().length)
    start = end + 1
    return trimmed === '' ? undefined : { text: trimmed, at }
  }
  for (let index = 0; index < text.length; index++) {
    const letter = text[index]
    // So that no test looks at the same blanks again and again.
    if (start === index && /\s/.test(letter!)) {
      start++
      continue
    }
    // Braces within a rule (`tcp dport { 22, 80 }`) belong to it.
    if (inner > 0) inner += letter === '{' ? 1 : letter === '}' ? -1 : 0
    else if (letter === '{' && BLOCK.test(text.slice(start, index))) {
      const head = statement(index)!
      stack.push({ head: head.text, statements: [], at: head.at })
    } else if (letter === '{') inner = 1
    else if (letter === ';' || letter === '\n' || letter === '}') {
      const found = statement(index)
      if (found !== undefined) (stack.at(-1)?.statements ?? outside).push(found)
      if (letter !== '}') continue
      const closed = stack.pop()
      if (closed === undefined) problem(locate(index), 'a closing brace without an opening one')
      else if (/^(add |create )?chain /.test(closed.head)) chains.push(chainOf(closed, stack.at(-1)?.head))
    }
  }
  if (inner > 0) problem(locate(start), 'a brace within this rule is not closed')
  if (stack.length > 0) problem(stack.at(-1)!.at, `the block "${stack.at(-1)!.head}" is not closed`)
  for (const { text: written, at } of outside) {
    const rule = /^(?:add|insert) rule (?:(?:ip6?|inet|arp|bridge|netdev) )?\S+ (\S+) (.*)$/.exec(written)
    chains.find(({ name }) => name === rule?.[1])?.rules.push({ text: rule![2]!, at })
  }
  return chains
}

const BLOCK =
  /^\s*(add |create )?((table|chain|set|map|flowtable) |(counter|quota|limit|secmark|synproxy|ct \w+) \S+\s*$)/

/** Of the same length, so that places stay. Braces within quotes mean nothing either. */
function withoutComments(text: string): string {
  return text.replace(/"[^"\n]*"|#[^\n]*/g, (part) =>
    part.startsWith('#') ? ' '.repeat(part.length) : part.replace(/[{};]/g, '_'),
  )
}

function chainOf(
  block: { head: string; statements: readonly Statement[]; at: Place },
  table: string | undefined,
): Chain {
  // Within a table: `chain input`; on its own: `add chain inet filter input`.
  const words = block.head.replace(/^(add |create )?chain /, '').split(' ')
  const owner = table === undefined ? words : table.replace(/^(add |create )?table /, '').split(' ')
  const family = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'].find((name) => name === owner[0]) ?? 'ip'
  const whole = block.statements.map(({ text }) => text).join('; ')
  const written = block.statements.find(({ text }) => /^policy /.test(text))
  return {
    name: words.at(-1) ?? '',
    family,
    table: owner.slice(0, table === undefined ? -1 : undefined).join(' '),
    hook: /\bhook (\w+)/.exec(whole)?.[1],
    policy: { value: written?.text === 'policy drop' ? 'drop' : 'accept', at: written?.at ?? block.at },
    rules: block.statements.filter(({ text }) => !/^(type|policy|comment) /.test(text)),
  }
}

/** A rule without a condition that drops or rejects says more than the chain's policy. */
function effective({ policy, rules }: Chain): Located<Policy> {
  const last = rules.find(({ text }) =>
    /^(?:log\b.* )?(?:counter(?: packets \d+ bytes \d+)? )?(?:drop|reject)\b/.test(text),
  )
  return last === undefined ? policy : { value: /\bdrop\b/.test(last.text) ? 'drop' : 'reject', at: last.at }
}

/** All chains of a hook are passed, so one that drops is enough. */
function strictest(chains: readonly Chain[]): Located<Policy> | undefined {
  const policies = chains.map(effective)
  return policies.find(({ value }) => value !== 'accept') ?? policies[0]
}

const NAMED_PORTS: Readonly<Record<string, string>> = { ssh: '22', http: '80', https: '443', domain: '53', smtp: '25' }

function openPorts({ text, at }: Statement): readonly OpenPort[] {
  const match = /\b(tcp|udp|th) dport (?:\{([^{}]*)\}|(\S+))/.exec(text)
  if (match === null || !/\baccept\b/.test(text) || /\biif(name)? "?lo"?\b/.test(text)) return []
  const ports = (match[2] ?? match[3]!).split(',').map((port) => lookUp(NAMED_PORTS, port.trim()) ?? port.trim())
  const from = /\b(?:ip6? saddr|iifname|iif) (\{[^{}]*\}|\S+)/.exec(text)?.[1]
  return rangesOf(ports.join(',')).map(([first, last]) => ({ at, protocol: protocolOf(match[1]), first, last, from }))
}
