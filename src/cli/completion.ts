import type { Command } from 'commander'
import { CastellanError } from '../kernel/errors.ts'

/** Words that may follow each command, for the shells' completion; made from the commands themselves. */
export function completion(program: Command, shell: string): string {
  const lines = [...listWords(program, [])]
  if (shell === 'bash') return bash(lines)
  if (shell === 'zsh') return `#compdef castellan\nautoload -U +X bashcompinit && bashcompinit\n${bash(lines)}`
  if (shell === 'fish') return lines.map(fish).join('\n')
  throw new CastellanError(
    'completion.shell',
    `${JSON.stringify(shell)} is not a shell known here; allowed: bash, zsh, fish`,
  )
}

interface Words {
  /** `user add`; empty for the program itself. */
  readonly after: string
  readonly words: readonly string[]
}

function* listWords(command: Command, path: readonly string[]): Generator<Words> {
  const options = command.options.flatMap(({ long }) => (long ? [long] : []))
  yield { after: path.join(' '), words: [...command.commands.map((inner) => inner.name()), ...options] }
  for (const inner of command.commands) yield* listWords(inner, [...path, inner.name()])
}

function bash(lines: readonly Words[]): string {
  const cases = lines.map(({ after, words }) => `    "${after}") words="${words.join(' ')}" ;;`)
  return `_castellan() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case $word in -*) ;; *) path="\${path:+$path }$word" ;; esac; done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _castellan castellan`
}

function fish({ after, words }: Words): string {
  const condition = after === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${after.split(' ').at(-1)}`
  return `complete -c castellan -n '${condition}' -a '${words.join(' ')}'`
}
