/** logrotate(8): blocks of paths and directives, and who writes a container's log into a file by redirection. */
import type { Disk, TextFile } from '../../disk.ts'
import type { Located, Place } from '../../text/place.ts'
import { linesOf } from './lines.ts'
import type { HostTree } from './tree.ts'
import type { LogRotation, LogWriter } from './types.ts'

export function readLogrotate(disk: Disk, tree: HostTree): readonly LogRotation[] {
  const main = tree.find('etc/logrotate.conf')
  const paths = tree.filesIn('etc/logrotate.d', (name) => !/(~|\.(bak|dpkg-\w+|save|disabled))$/.test(name))
  const head = new Map<string, Located<string>>()
  const read = (path: string, shared: Map<string, Located<string>>) => {
    const file = disk.read(path)
    return file === undefined ? [] : blocksOf(file, shared)
  }
  const first = main === undefined ? [] : read(main, head)
  return [...first, ...paths.flatMap((path) => read(path, new Map(head)))]
}

/** `shared` takes the directives that stand outside of a block. */
function blocksOf(file: TextFile, shared: Map<string, Located<string>>): readonly LogRotation[] {
  const blocks: LogRotation[] = []
  let paths: string[] = []
  let block: { at: Place; paths: string[]; directives: Map<string, Located<string>>; tellsWriter: boolean } | undefined
  let script: string | undefined
  for (const { text, at } of linesOf(file)) {
    const word = text.split(/\s+/)[0]!
    if (script !== undefined) {
      if (word === 'endscript') script = undefined
      else if (block !== undefined && script === 'postrotate') block.tellsWriter = true
    } else if (/^(post|pre|first|last)(rotate|action)$/.test(word)) script = word
    else if (text === '}') {
      if (block !== undefined) blocks.push(block)
      block = undefined
    } else if (block === undefined && (/^["'/~]/.test(text) || text.endsWith('{'))) {
      paths.push(
        ...text
          .replace(/\{$/, '')
          .split(/\s+/)
          .map((path) => path.replace(/["']/g, ''))
          .filter((path) => path !== ''),
      )
      if (!text.endsWith('{')) continue
      block = { at, paths, directives: new Map(shared), tellsWriter: false }
      paths = []
    } else (block?.directives ?? shared).set(word, { value: text.slice(word.length).trim(), at })
  }
  return blocks
}

/** Characters; the pattern below is slow on very long lines. */
const MAX_COMMAND = 2_000

/** `docker compose logs -f > /var/log/app.log &` in units, crontabs and scripts of the host. */
export function readLogWriters(disk: Disk, tree: HostTree): readonly LogWriter[] {
  const paths = [
    ...tree.filesIn('etc/systemd/system', (name) => name.endsWith('.service')),
    ...tree.filesIn('etc/cron.d', (name) => !name.startsWith('.')),
    ...[tree.find('etc/crontab'), tree.find('etc/rc.local')].filter((path) => path !== undefined),
  ]
  return paths.flatMap((path) => {
    const file = disk.read(path)
    return (file === undefined ? [] : linesOf(file)).flatMap(({ text, at }) => {
      if (text.length > MAX_COMMAND) return []
      const found = /docker(?:-compose|\s+compose)?\b.*\blogs\b.*\s(?:-f|--follow)\b.*?>>?\s*["']?([^\s"'&;|]+)/.exec(
        text,
      )
      return found === null ? [] : [{ at, file: found[1]! }]
    })
  })
}
