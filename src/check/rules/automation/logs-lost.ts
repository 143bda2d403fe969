import type { Command, CommandFile } from '../../readers/automation/types.ts'
import type { Rule } from '../rule.ts'
import { baseName, commandFilesOf } from './running.ts'
import { script } from './samples.ts'

const DOWN =
  /\bdocker(?:-compose|\s+compose)\b[^;&|]*\sdown\b|\bdocker\s+(?:container\s+)?rm\s+[^;&|]*-\w*f|\bdocker\s+system\s+prune\b/
const SAVES =
  /\bdocker(?:-compose|\s+compose)?\b[^;&|]*\s(?:logs|export|commit|cp)\b|\bjournalctl\b|\/var\/lib\/docker\/containers/
/** What a break-in is called. */
const INCIDENT =
  /incident|emergenc|compromi|breach|intrusion|break-?in|attack|forensic|contain(?:ment)?\b|lock-?down|hacked/i

export const logsLost = {
  id: 'automation.logs-lost',
  severity: 'medium',
  title: 'Containers are removed before their logs are saved',
  looksFor:
    'Scripts and run books for incidents in which "docker compose down" comes before the logs are copied; also any script that takes the stack down and asks for logs afterwards.',
  why: '"down" removes the containers, and with them their logs and everything that an attacker left in them. Then nobody can say what happened.',
  fix: 'Copy the logs and the state first (docker compose logs, docker cp, docker export), or use "docker compose stop", which keeps the containers.',
  bad: script('scripts/incident.sh', 'docker compose down', 'docker compose logs > /root/incident.log'),
  good: script('scripts/incident.sh', 'docker compose logs > /root/incident.log', 'docker compose stop'),
  applies: (stack) => commandFilesOf(stack, 'script', 'document').some(({ commands }) => commands.length > 0),
  check(stack, report) {
    for (const file of commandFilesOf(stack, 'script', 'document')) {
      for (const part of partsOf(file)) {
        const lost = firstLoss(file, part)
        if (lost === undefined) continue
        report({
          at: lost.at,
          observed: `${file.shown} removes the containers${where(lost)} before their logs are saved`,
          expected: 'first save the logs, or docker compose stop',
        })
      }
    }
  },
} satisfies Rule

/** A document is looked at by its headings, a script as a whole. */
function partsOf({ kind, commands }: CommandFile): Iterable<readonly Command[]> {
  if (kind !== 'document') return [commands]
  const parts = new Map<string, Command[]>()
  for (const command of commands) {
    const part = parts.get(command.section)
    if (part === undefined) parts.set(command.section, [command])
    else part.push(command)
  }
  return parts.values()
}

function firstLoss(file: CommandFile, commands: readonly Command[]): Command | undefined {
  const down = commands.findIndex(({ expanded }) => DOWN.test(expanded))
  const lost = commands[down]
  if (lost === undefined || commands.slice(0, down).some(({ expanded }) => SAVES.test(expanded))) return undefined
  // Within one line, too: "docker compose logs > x && docker compose down".
  if (lost.expanded.search(SAVES) !== -1 && lost.expanded.search(SAVES) < lost.expanded.search(DOWN)) return undefined
  const later = commands
    .slice(down + 1)
    .some(({ expanded }) => /\bdocker\b.*\slogs\b/.test(expanded) && !/-f\b|--follow/.test(expanded))
  const isAbout = INCIDENT.test(`${lost.section} ${baseName(file.path)}`)
  return isAbout || (later && !restarts(commands.slice(down + 1))) ? lost : undefined
}

/** Taking a stack down and up again is an update; the logs that follow are those of the new containers. */
function restarts(commands: readonly Command[]): boolean {
  return commands.some(({ expanded }) => /\bdocker(?:-compose|\s+compose)\b.*\s(?:up|start|run)\b/.test(expanded))
}

function where({ section }: Command): string {
  return section === '' ? '' : ` under "${section.slice(0, 80)}"`
}
