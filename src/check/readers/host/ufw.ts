/** ufw: /etc/default/ufw (policies), /etc/ufw/ufw.conf (on or off), user.rules and user6.rules (one tuple a rule). */
import type { Disk, TextFile } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { isTrue } from './ini.ts'
import { linesOf } from './lines.ts'
import type { HostTree } from './tree.ts'
import type { Firewall, OpenPort, Policy } from './types.ts'

export function readUfw(disk: Disk, tree: HostTree): Firewall | undefined {
  const read = (path: string) => {
    const found = tree.find(path)
    return found === undefined ? undefined : disk.read(found)
  }
  const defaults = read('etc/default/ufw')
  const conf = read('etc/ufw/ufw.conf')
  const rules = [read('etc/ufw/user.rules'), read('etc/ufw/user6.rules')].filter((file) => file !== undefined)
  const first = conf ?? defaults ?? rules[0]
  if (first === undefined) return undefined
  const settings = settingsOf([defaults, conf])
  const ipv6 = settings.get('ipv6')
  const more = [read('etc/ufw/before.rules'), read('etc/ufw/after.rules')].filter((file) => file !== undefined)
  return {
    tool: 'ufw',
    family: ipv6 === undefined || isTrue(ipv6.value) ? 'both' : 'ipv4',
    at: wholeFile(first.shown),
    active: truth(settings.get('enabled')),
    input: policy(settings.get('default_input_policy')),
    output: policy(settings.get('default_output_policy')),
    open: rules.flatMap(openPorts),
    filtersContainers: [...rules, ...more].some(({ text }) =>
      /^-A\s+DOCKER-USER\b.*\s-j\s+(?!RETURN|ACCEPT)/m.test(text),
    ),
  }
}

function settingsOf(files: readonly (TextFile | undefined)[]): ReadonlyMap<string, Located<string>> {
  const settings = new Map<string, Located<string>>()
  for (const file of files) {
    for (const { text, at } of file === undefined ? [] : linesOf(file)) {
      const pair = /^(\w+)=\s*"?([^"]*)"?/.exec(text)
      if (pair !== null) settings.set(pair[1]!.toLowerCase(), { value: pair[2]!.trim(), at })
    }
  }
  return settings
}

function truth(setting: Located<string> | undefined): Located<boolean> | undefined {
  return setting && { value: isTrue(setting.value), at: setting.at }
}

function policy(setting: Located<string> | undefined): Located<Policy> | undefined {
  const value = setting?.value.toLowerCase()
  return value === 'accept' || value === 'drop' || value === 'reject' ? { value, at: setting!.at } : undefined
}

/** `### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in`: action, protocol, port, target, source port, source. */
function openPorts(file: TextFile): readonly OpenPort[] {
  return linesOf(file, /^#(?!## tuple ###)/).flatMap(({ text, at }) => {
    const fields = text.startsWith('### tuple ###')
      ? text
          .slice(13)
          .replace(/\scomment=.*$/, '')
          .trim()
          .split(/\s+/)
      : []
    const [action = '', protocol = '', ports = '', , , source = ''] = fields
    if (!/^(allow|limit)(_log)?/.test(action) || /^out(_|$)/.test(fields.at(-1) ?? '')) return []
    const from = source === '0.0.0.0/0' || source === '::/0' ? undefined : source
    return rangesOf(ports).map(([first, last]) => ({ at, protocol: protocolOf(protocol), first, last, from }))
  })
}

export function protocolOf(text: string | undefined): OpenPort['protocol'] {
  return text === 'tcp' || text === 'udp' ? text : 'any'
}

/** `80,443,6000:6010` or `6000-6010`; `any` is every port. What is no number is left out. */
export function rangesOf(text: string): readonly (readonly [number, number])[] {
  if (text === 'any') return [[1, 65_535]]
  return text.split(',').flatMap((part) => {
    const range = /^\s*(\d+)(?:\s*[:-]\s*(\d+))?\s*$/.exec(part)
    return range === null ? [] : [[Number(range[1]), Number(range[2] ?? range[1])] as const]
  })
}
