/** apt.conf(5) as far as unattended-upgrades is concerned, and dnf-automatic's automatic.conf. */
import { dirname } from 'node:path'
import type { Disk, TextFile } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import { createLocator, wholeFile } from '../../text/place.ts'
import { isTrue, readIni } from './ini.ts'
import type { HostTree } from './tree.ts'
import type { UpdateSettings } from './types.ts'

export function readUpdates(disk: Disk, tree: HostTree): UpdateSettings | undefined {
  const folder = tree.filesIn(
    'etc/apt/apt.conf.d',
    (name) => /^[\w.-]+$/.test(name) && !/\.(bak|dpkg-\w+|save|ucf-\w+)$/.test(name),
  )
  const lone = ['20auto-upgrades', '50unattended-upgrades'].map((name) => tree.find(`etc/apt/apt.conf.d/${name}`))
  const files = (folder.length > 0 ? folder : lone.filter((path) => path !== undefined))
    .map((path) => disk.read(path))
    .filter((file) => file !== undefined)
  const dnf = tree.find('etc/dnf/automatic.conf')
  if (dnf !== undefined) return readDnf(disk.read(dnf))
  return files.length === 0 ? undefined : aptSettings(files, disk.shown(dirname(files[0]!.path)))
}

function aptSettings(files: readonly TextFile[], folder: string): UpdateSettings {
  const values = new Map<string, Located<string>[]>()
  for (const file of files)
    for (const [name, value] of aptValues(file)) {
      const known = values.get(name)
      if (known === undefined) values.set(name, [value])
      else known.push(value)
    }
  const last = (name: string) => values.get(name)?.at(-1)
  const install = last('apt::periodic::unattended-upgrade')
  const origins = ['allowed-origins', 'origins-pattern'].flatMap(
    (name) => values.get(`unattended-upgrade::${name}`) ?? [],
  )
  const security = origins.find(({ value }) => /security|ESM/i.test(value))
  const reboot = last('unattended-upgrade::automatic-reboot')
  return {
    tool: 'apt',
    at: install?.at ?? wholeFile(files.find(({ shown }) => /upgrades/.test(shown))?.shown ?? folder),
    install: install && { value: !['0', ''].includes(install.value), at: install.at },
    security: origins.length === 0 ? undefined : { value: security !== undefined, at: (security ?? origins[0]!).at },
    reboot: reboot && { value: isTrue(reboot.value), at: reboot.at },
  }
}

/** Nothing real lies deeper. */
const MAX_DEPTH = 16

/** `A::B "v";` and `A { B "v"; { … } };` as pairs of full name in lower case and value. */
function* aptValues(file: TextFile): Generator<readonly [string, Located<string>]> {
  const locate = createLocator(file.shown, file.text)
  // A comment is a line of its own or follows what is complete; within quotes `//` is text (URLs).
  const tokens = /"([^"\n]*)"|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*|([{};])|([^\s"{};]+)/g
  const scope: string[] = []
  let name = ''
  for (const token of file.text.matchAll(tokens)) {
    const [whole, quoted, mark, word] = token
    if (mark === '{') {
      scope.push(name)
      name = ''
    } else if (mark === '}') {
      scope.pop()
      name = ''
    } else if (mark === ';') name = ''
    else if (word !== undefined && name === '') name = word.toLowerCase().replace(/::$/, '')
    else if ((word !== undefined || quoted !== undefined) && scope.length <= MAX_DEPTH) {
      const value = quoted ?? whole
      yield [[...scope, name].filter((part) => part !== '').join('::'), { value, at: locate(token.index) }]
    }
  }
}

function readDnf(file: TextFile | undefined): UpdateSettings | undefined {
  if (file === undefined) return undefined
  const commands = readIni(file).find(({ name }) => name === 'commands')
  const apply = commands?.values.get('apply_updates')
  const type = commands?.values.get('upgrade_type')
  const reboot = commands?.values.get('reboot')
  return {
    tool: 'dnf',
    at: wholeFile(file.shown),
    install: apply && { value: isTrue(apply.value), at: apply.at },
    // Both `default` and `security` hold the security updates.
    security: { value: true, at: type?.at ?? wholeFile(file.shown) },
    reboot: reboot && { value: reboot.value !== 'never', at: reboot.at },
  }
}
