import type { Place } from '../../text/place.ts'
import type { BackupJob } from './jobs.ts'

/** A command that makes a second folder like a first one. */
export interface Copy {
  readonly tool: string
  readonly source: string
  readonly target: string
  /** To another machine. */
  readonly remote: boolean
  /** What is gone at the source is taken away at the target, and nothing keeps it. */
  readonly mirrors: boolean
  /** It encrypts on the way. */
  readonly encrypts: boolean
  readonly at: Place
}

const TOOLS: readonly (readonly [tool: string, start: RegExp])[] = [
  ['rclone', /\brclone\s+(?:-\S+\s+)*(?:sync|copy|copyto|move|moveto)\s/],
  ['rsync', /\brsync\s/],
  ['aws s3', /\baws\s+(?:-\S+\s+)*s3\s+(?:sync|cp|mv)\s/],
  ['gsutil', /\bgsutil\s+(?:-\S+\s+)*(?:rsync|cp)\s/],
  ['mc', /\bmc\s+(?:mirror|cp)\s/],
  ['scp', /\bscp\s/],
]

/** Options whose value is a word of its own. */
const WITH_VALUE =
  /^(?:-e|--exclude|--include|--filter|--config|--log-file|--backup-dir|--suffix|--transfers|--checkers|--bwlimit|--profile|--endpoint-url|-P|-i|-p|--port|--max-age|--min-age|--link-dest|--rsh|--files-from|--log-level)$/

/** The copies that the commands of a job make. */
export function copiesOf(job: BackupJob): readonly Copy[] {
  return job.commands.flatMap(({ text, at }) => {
    const found = TOOLS.map(([tool, start]) => ({ tool, match: start.exec(text) })).find(({ match }) => match !== null)
    if (found === undefined || found.match === null) return []
    const words = wordsOf(text.slice(found.match.index))
    const operands = operandsOf(words, found.tool)
    const [source, target] = [operands[0], operands.at(-1)]
    if (source === undefined || target === undefined || operands.length < 2) return []
    return [
      {
        tool: found.tool,
        source,
        target,
        remote: /^[\w.$@{}-]{2,}:|^\w+:\/\//.test(target) || (found.tool !== 'rsync' && found.tool !== 'scp'),
        mirrors: isMirror(found.tool, words),
        encrypts: /crypt|encrypted|secret/i.test(target.split(':')[0]!),
        at,
      },
    ]
  })
}

/** The words of one command, without quotes, up to where the shell begins another one. */
function wordsOf(text: string): readonly string[] {
  const end = text.search(/\s(?:&&|\|\||[|;&>])|[;)]/)
  const command = end === -1 ? text : text.slice(0, end)
  return command.split(/\s+/).map((word) => word.replace(/["']/g, ''))
}

function operandsOf(words: readonly string[], tool: string): readonly string[] {
  const skip = tool === 'rclone' || tool === 'gsutil' || tool === 'mc' ? 2 : tool === 'aws s3' ? 3 : 1
  return words.slice(skip).filter((word, index, all) => {
    if (word === '' || word.startsWith('-')) return false
    return !WITH_VALUE.test(all[index - 1] ?? '')
  })
}

function isMirror(tool: string, words: readonly string[]): boolean {
  if (words.some((word) => /^--(?:backup|backup-dir|link-dest|suffix)\b/.test(word))) return false
  if (tool === 'rclone') return words.includes('sync')
  if (tool === 'gsutil') return words.includes('-d')
  if (tool === 'mc') return words.includes('--remove')
  return words.some((word) => /^--(?:delete|del)\b/.test(word))
}

/** A path for messages; an address could hold a password. */
export function shownPath(path: string): string {
  return /[=@]|:\/\//.test(path) ? 'files' : path.slice(0, 80)
}
