/** sysctl.d(5): files by name, an earlier folder hiding a file of the same name; sysctl.conf last. The last value holds. */
import { basename } from 'node:path'
import type { Disk } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import { linesOf } from './lines.ts'
import type { HostTree } from './tree.ts'

const FOLDERS = ['etc/sysctl.d', 'run/sysctl.d', 'usr/local/lib/sysctl.d', 'usr/lib/sysctl.d'] as const

export function readSysctl(disk: Disk, tree: HostTree): ReadonlyMap<string, Located<string>> {
  const byName = new Map<string, string>()
  for (const folder of FOLDERS) {
    for (const path of tree.filesIn(folder, (name) => name.endsWith('.conf')))
      if (!byName.has(basename(path))) byName.set(basename(path), path)
  }
  const main = tree.find('etc/sysctl.conf')
  const paths = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
  const values = new Map<string, Located<string>>()
  for (const path of main === undefined ? paths : [...paths, main]) {
    const file = disk.read(path)
    for (const { text, at } of file === undefined ? [] : linesOf(file, /^[#;]/)) {
      const pair = /^-?([^\s=]+)\s*=\s*(.*)$/.exec(text)
      if (pair !== null) values.set(pair[1]!.replace(/\//g, '.'), { value: pair[2]!.trim(), at })
    }
  }
  return values
}
