/** sshd_config(5): the first value of a keyword wins; `Match` blocks override it; `Include` stands for its files. */

import { basename, dirname, join } from 'node:path'
import type { Disk } from '../../disk.ts'
import { lookUp } from '../../text/lookup.ts'
import type { Located } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'
import { linesOf, matches } from './lines.ts'
import type { HostTree } from './tree.ts'
import { isThere } from './tree.ts'
import type { SshdMatch, SshdSettings } from './types.ts'

/** As OpenSSH: servconf.c, SERVCONF_MAX_DEPTH. */
const MAX_DEPTH = 16
const ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
}

type Values = Map<string, Located<string>[]>
interface Reading {
  readonly disk: Disk
  readonly tree: HostTree
  readonly folder: string
  readonly global: Values
  readonly matches: (SshdMatch & { readonly values: Values })[]
  readonly open: string[]
}

export function readSshd(disk: Disk, tree: HostTree): SshdSettings | undefined {
  const main = tree.find('etc/ssh/sshd_config')
  const dropIns = tree.filesIn('etc/ssh/sshd_config.d', isConf)
  const first = main ?? dropIns[0]
  if (first === undefined) return undefined
  const folder = main === undefined ? join(dirname(first), '..') : dirname(main)
  const reading: Reading = { disk, tree, folder, global: new Map(), matches: [], open: [] }
  for (const path of main === undefined ? dropIns : [main]) readOne(reading, path, reading.global)
  return { at: wholeFile(disk.shown(first)), values: reading.global, matches: reading.matches }
}

/** Reads one file into the block that it is included in. A `Match` in it ends with the file. */
function readOne(reading: Reading, path: string, into: Values): void {
  const file = reading.disk.read(path)
  if (file === undefined) return
  reading.open.push(path)
  let block = into
  for (const { text, at } of linesOf(file)) {
    const pair = /^([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)$/.exec(text)
    if (pair === null) {
      reading.disk.problem(at, `sshd does not know this line: a keyword and a value are needed`)
      continue
    }
    const keyword = pair[1]!.toLowerCase()
    const value = unquote(pair[2]!)
    if (keyword === 'match') {
      const match = { criteria: value, at, values: new Map() as Values }
      // `Match all` is for everybody and closes the block before it.
      if (value.toLowerCase() === 'all') block = into
      else reading.matches.push(match)
      if (value.toLowerCase() !== 'all') block = match.values
    } else if (keyword === 'include') {
      for (const included of value.split(/\s+/).flatMap((pattern) => filesOf(reading, pattern))) {
        if (reading.open.includes(included) || reading.open.length >= MAX_DEPTH)
          reading.disk.problem(at, `${reading.disk.shown(included)} is included in a circle or too deeply`)
        else readOne(reading, included, block)
      }
    } else {
      const name = lookUp(ALIASES, keyword) ?? keyword
      push(block, name, { value, at })
    }
  }
  reading.open.pop()
}

/** Files that an `Include` names: wildcards in the last part only, as everybody writes it. */
function filesOf(reading: Reading, pattern: string): readonly string[] {
  const wanted = (file: string) => matches(basename(pattern), file)
  if (pattern.startsWith('/etc/')) return reading.tree.filesIn(dirname(pattern).slice(1), wanted)
  const folder = pattern.startsWith('/')
    ? join(reading.tree.root, dirname(pattern))
    : join(reading.folder, dirname(pattern))
  if (!isThere(reading.disk, folder)) return []
  return reading.disk
    .list(folder)
    .filter(wanted)
    .map((file) => join(folder, file))
}

function unquote(value: string): string {
  const comment = value.search(/\s#/)
  return (comment === -1 ? value : value.slice(0, comment)).replace(/^"([^"]*)"$/, '$1').trim()
}

/** A map to lists; pushing keeps a file of a million lines linear. */
function push(values: Values, name: string, value: Located<string>): void {
  const known = values.get(name)
  if (known === undefined) values.set(name, [value])
  else known.push(value)
}

function isConf(name: string): boolean {
  return name.endsWith('.conf')
}

/** What holds for everybody, in lower case, or the default of OpenSSH 9. */
export function sshdValue(sshd: SshdSettings, keyword: string, fallback: string): Located<string> {
  const first = sshd.values.get(keyword)?.[0]
  return first === undefined ? { value: fallback, at: sshd.at } : { value: first.value.toLowerCase(), at: first.at }
}

/** The ports that sshd listens on. */
export function sshdPorts(sshd: SshdSettings | undefined): readonly number[] {
  const named = (sshd?.values.get('port') ?? []).map(({ value }) => Number(value)).filter(Number.isInteger)
  return named.length > 0 ? named : [22]
}
