import type { Disk, TextFile } from '../../disk.ts'
import { wholeFile } from '../../text/place.ts'
import { commandsOf, joinedLines, type RawLine } from './shell.ts'
import type { CommandFile } from './types.ts'

type Kind = CommandFile['kind']

const DOCUMENT_FOLDERS = /^(?:docs?|runbooks?|wiki|ops|operations|deploy|deployment)$/i
const DOCUMENT_NAMES =
  /readme|install|security|backup|restore|incident|runbook|recover|operat|maint|upgrade|updat|deploy|admin/i
/** Sources of an application are no scripts of its operator, unless they are named like ones. */
const SOURCE_NAMES = /backup|restore|dump|deploy|update|upgrade|install|maint|cron|reset|rotat|incident|task/i
const BARE_NAMES = /^(?:backup|restore|(?:docker-)?entrypoint|cron|deploy|update|upgrade|install)[\w-]*$/i

/** Far more than anybody types; every command is compared with many patterns. */
export const MAX_CHARACTERS = 524_288

/** What kind of file with commands it is by its name; undefined for any other. */
export function commandKind(name: string, folders: readonly string[]): Kind | undefined {
  const folder = folders.at(-1) ?? ''
  if (isCrontab(name, folder)) return 'crontab'
  if (/\.(?:service)$/.test(name)) return 'unit'
  if (/^(?:Docker|Container)file(?:[.-].*)?$|\.(?:Docker|Container)file$/i.test(name)) return 'build'
  if (/\.(?:sh|bash|zsh|ksh)$/.test(name) || /^(?:Makefile|justfile)$/i.test(name)) return 'script'
  if (/\.(?:py|rb|pl|php|m?[jt]s)$/.test(name)) {
    return SOURCE_NAMES.test(name) && !/\.(?:test|spec)\.|^test_/.test(name) ? 'script' : undefined
  }
  if (/\.(?:md|rst|adoc)$/i.test(name)) return isDocument(name, folders) ? 'document' : undefined
  if (BARE_NAMES.test(name) || /^cron\.(?:hourly|daily|weekly|monthly)$/.test(folder)) return 'script'
  return undefined
}

function isCrontab(name: string, folder: string): boolean {
  if (/^(?:cron\.d|crontabs)$/.test(folder)) return !name.startsWith('.')
  return /^crontab(?:[._-][\w.-]+)?$|[\w.-]*[._-]?cron(?:tab)?$/i.test(name)
}

function isDocument(name: string, folders: readonly string[]): boolean {
  if (folders.length > 2) return false
  return DOCUMENT_NAMES.test(name) || folders.every((folder) => DOCUMENT_FOLDERS.test(folder))
}

export function readCommandFile(disk: Disk, kind: Kind, path: string): CommandFile | undefined {
  const file = disk.read(path)
  if (file === undefined) return undefined
  if (file.text.length > MAX_CHARACTERS) {
    const message = `${file.text.length} characters; commands are looked for in files of at most ${MAX_CHARACTERS}`
    disk.problem(wholeFile(file.shown), message)
    return undefined
  }
  const lines = linesOf(disk, kind, file)
  return { kind, path, shown: file.shown, at: wholeFile(file.shown), commands: commandsOf(file.shown, lines) }
}

function linesOf(disk: Disk, kind: Kind, file: TextFile): readonly RawLine[] {
  if (kind === 'crontab') return crontabLines(file.text)
  if (kind === 'unit') return unitLines(disk, file)
  if (kind === 'document') return documentLines(file.text)
  return joinedLines(file.text)
}

/** crontab(5): five fields or a word with @, then the command. Settings of variables are commands of their own. */
function crontabLines(text: string): readonly RawLine[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) return []
    const [, schedule, command] = /^(@\w+|(?:\S+\s+){4}\S+)\s+(\S.*)$/.exec(line) ?? []
    if (schedule === undefined || /^\w+\s*=/.test(line)) return [{ text: line, line: index + 1 }]
    return [{ text: command!, line: index + 1, schedule }]
  })
}

/** systemd.service(5), with the schedule of the timer of the same name. */
function unitLines(disk: Disk, file: TextFile): readonly RawLine[] {
  const timer = disk.readIfThere(file.path.replace(/\.service$/, '.timer'))
  const schedule = /^[ \t]*On(?:Calendar|UnitActiveSec|UnitInactiveSec|BootSec)[ \t]*=[ \t]*(.+)$/m.exec(
    timer?.text ?? '',
  )?.[1]
  return joinedLines(file.text).flatMap(({ text, line }) => {
    const command = /^\s*Exec\w+\s*=\s*[-@:+!]*(.*)$/.exec(text)?.[1]
    return command === undefined ? [] : [{ text: command, line, schedule }]
  })
}

/** Code blocks and code within lines of Markdown, each with the heading above it. */
function documentLines(text: string): readonly RawLine[] {
  const lines: RawLine[] = []
  let fence: string | undefined
  let section = ''
  text.split('\n').forEach((raw, index) => {
    const mark = /^\s{0,8}(```+|~~~+)/.exec(raw)?.[1]
    const line = index + 1
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined
    } else if (fence !== undefined || /^(?: {4}|\t)\S/.test(raw)) {
      const command = raw.replace(/^(\s*)[$>%]\s+/, '$1').replace(/(^|\s)#.*$/, '')
      if (command.trim() !== '') lines.push({ text: command, line, section })
    } else {
      section = /^#{1,6}\s+(.*)$/.exec(raw)?.[1] ?? section
      for (const [, code] of raw.matchAll(/`([^`]+)`/g)) lines.push({ text: code!, line, section })
    }
  })
  return lines
}
