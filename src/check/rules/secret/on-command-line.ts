import type { Command } from '../../readers/automation/types.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Located } from '../../text/place.ts'
import { hasServices, servicesOf } from '../compose/services.ts'
import type { Rule } from '../rule.ts'
import { passwordOnLine } from './command-line.ts'

const redis = (command: string) => ({
  'compose.yaml': `services:\n  redis:\n    image: redis:8.2.1\n    command: ${command}\n`,
  '.env': 'REDIS_PASSWORD=6f1c0f9e5b7d4a3c8e2a1b0d9f8e7c6b\n',
})

export const secretOnCommandLine = {
  id: 'secret.on-command-line',
  severity: 'medium',
  title: 'A password is on a command line',
  looksFor:
    'Passwords among the arguments of commands, entrypoints, health checks, cron jobs and scripts: options such as --requirepass, addresses with a password, variables set before a command.',
  why: 'Every user of the host reads the arguments of all processes, of those in containers too, and they end up in logs and in the history of shells.',
  fix: 'Let the program read a file: a configuration with mode 0600, /run/secrets, ~/.pgpass, --password-file, or the environment.',
  bad: redis('redis-server --requirepass ${REDIS_PASSWORD}'),
  good: redis('redis-server /run/secrets/redis.conf'),
  applies: (stack) => hasServices(stack) || stack.automation.length > 0,
  check(stack, report) {
    for (const service of servicesOf(stack)) {
      for (const { texts, what } of linesOf(service)) {
        const found = passwordOnLine(texts.map(({ value }) => value))
        if (found === undefined) continue
        const observed = `${what} of ${service.name} has a password in its arguments (${found})`
        report({
          at: texts[0]!.at,
          service: service.name,
          observed,
          expected: 'a file, or a reference that the program itself resolves',
        })
      }
    }
    for (const { shown, command } of commandsOf(stack)) {
      const found = passwordOnLine([command.text])
      if (found === undefined) continue
      report({
        at: command.at,
        observed: `a command of ${shown} has a password in its arguments (${found})`,
        expected: 'a file with mode 0600',
      })
    }
  },
} satisfies Rule

function linesOf(service: Service): readonly { texts: readonly Located<string>[]; what: string }[] {
  const test = service.healthcheck?.test
  return [
    { texts: service.command, what: 'the command' },
    { texts: service.entrypoint, what: 'the entrypoint' },
    { texts: test === undefined ? [] : [test], what: 'the health check' },
  ].filter(({ texts }) => texts.length > 0)
}

/** Documents hold examples, and a build has a rule of its own. */
function commandsOf({ automation }: Stack): readonly { shown: string; command: Command }[] {
  return automation.flatMap((file) => {
    const runs = file.kind === 'script' || file.kind === 'crontab' || file.kind === 'unit'
    return runs ? file.commands.map((command) => ({ shown: file.shown, command })) : []
  })
}
