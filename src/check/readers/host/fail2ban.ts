/** fail2ban: jail.conf, then jail.d/*.conf, jail.local, jail.d/*.local; later values win (jail.conf(5)). */

import type { Disk } from '../../disk.ts'
import { lookUp } from '../../text/lookup.ts'
import type { Located, Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { isTrue, readIni } from './ini.ts'
import type { HostTree } from './tree.ts'
import type { Fail2banSettings } from './types.ts'

export function readFail2ban(disk: Disk, tree: HostTree): Fail2banSettings | undefined {
  const paths = [
    tree.find('etc/fail2ban/jail.conf'),
    ...tree.filesIn('etc/fail2ban/jail.d', (name) => name.endsWith('.conf')),
    tree.find('etc/fail2ban/jail.local'),
    ...tree.filesIn('etc/fail2ban/jail.d', (name) => name.endsWith('.local')),
  ].filter((path) => path !== undefined)
  const files = paths.map((path) => disk.read(path)).filter((file) => file !== undefined)
  if (files.length === 0) return undefined
  const jails = new Map<string, { at: Place; values: Map<string, Located<string>> }>()
  for (const { name, at, values } of files.flatMap(readIni)) {
    const jail = jails.get(name) ?? { at, values: new Map() }
    for (const [key, value] of values) jail.values.set(key, value)
    jails.set(name, jail)
  }
  const defaults = jails.get('DEFAULT')?.values ?? new Map<string, Located<string>>()
  return {
    at: wholeFile(files.at(-1)!.shown),
    jails: [...jails]
      .filter(([name]) => name !== 'DEFAULT' && name !== 'INCLUDES')
      .map(([name, { at, values: own }]) => {
        const values = new Map([...defaults, ...own])
        return {
          name,
          at: own.get('enabled')?.at ?? at,
          enabled: isTrue(values.get('enabled')?.value ?? 'false'),
          values,
        }
      }),
  }
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  mo: 2_592_000,
  y: 31_536_000,
}

/** Seconds of `600`, `10m` or `1h 30m`; undefined when it is not a time. -1 means for ever. */
export function banSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d+(\s*[a-z]+(\s*\d+\s*[a-z]+)*)?$/.test(text.trim())) return undefined
  const parts = [...text.matchAll(/(-?\d+)\s*([a-z]*)/g)]
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (lookUp(UNITS, unit || 's') ?? 1), 0)
}
