/** Who is root, who is as good as root: /etc/passwd, /etc/group, sudoers. Nothing of /etc/shadow is read. */
import type { Disk } from '../../disk.ts'
import type { Located } from '../../text/place.ts'
import { linesOf } from './lines.ts'
import type { HostTree } from './tree.ts'
import type { Accounts } from './types.ts'

export function readAccounts(disk: Disk, tree: HostTree): Accounts {
  const lines = (path: string | undefined) => {
    const file = path === undefined ? undefined : disk.read(path)
    return file === undefined ? [] : linesOf(file)
  }
  const roots: Located<string>[] = []
  for (const { text, at } of lines(tree.find('etc/passwd', true))) {
    const [name = '', , id] = text.split(':')
    if (id === '0') roots.push({ value: name, at })
  }
  const groups = new Map<string, Located<readonly string[]>>()
  for (const { text, at } of lines(tree.find('etc/group', true))) {
    const [name = '', , , members = ''] = text.split(':')
    groups.set(name, { value: members.split(',').filter((member) => member !== ''), at })
  }
  const sudoers: readonly (string | undefined)[] = [
    tree.find('etc/sudoers'),
    ...tree.filesIn('etc/sudoers.d', (name) => !/[.~]/.test(name)),
  ]
  const knowsSudo = sudoers.some((path) => path !== undefined)
  return { roots, groups, knowsSudo, freeSudo: sudoers.flatMap(lines).flatMap(freeSudo) }
}

/** Longer is no rule that a person wrote. */
const MAX_LINE = 2_000

/** `%sudo ALL=(ALL) NOPASSWD: ALL` → `%sudo`. */
function freeSudo({
  text,
  at,
}: {
  readonly text: string
  readonly at: Located<string>['at']
}): readonly Located<string>[] {
  if (text.length > MAX_LINE) return []
  const found = /^(\S+)\s+\S+\s*=\s*(?:\([^)]*\)\s*)?(?:\w+:\s*)*NOPASSWD:\s*(?:\w+:\s*)*ALL\s*$/.exec(text)
  return found === null || /^(Defaults|root\b)/.test(text) ? [] : [{ value: found[1]!, at }]
}
