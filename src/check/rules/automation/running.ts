import type { Command, CommandFile, Step, Workflow } from '../../readers/automation/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'

/**
 * A command that nobody has to type: a CI server, cron, a timer or a container starts it, or a script that one of them
 * starts.
 */
export interface RunningCommand {
  readonly text: string
  readonly at: Place
  /** The step of the CI server that it belongs to; undefined when the machine itself starts it. */
  readonly step: Step | undefined
}

/** CI workflows of the stack. */
export function workflowsOf(stack: Stack): readonly Workflow[] {
  return stack.automation.filter((one) => one.kind === 'workflow')
}

/** Scripts, crontabs, units, Dockerfiles and documents of the stack. */
export function commandFilesOf(stack: Stack, ...kinds: readonly CommandFile['kind'][]): readonly CommandFile[] {
  return stack.automation.filter(
    (one): one is CommandFile => one.kind !== 'workflow' && one.kind !== 'update-bot' && kinds.includes(one.kind),
  )
}

export function stepsOf(stack: Stack): readonly Step[] {
  return workflowsOf(stack).flatMap(({ steps }) => steps)
}

const known = new WeakMap<Stack, readonly RunningCommand[]>()

/** Everything that runs by itself, the scripts that it calls included; the same array at every call. */
export function runningCommands(stack: Stack): readonly RunningCommand[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const running: RunningCommand[] = []
  for (const step of stepsOf(stack)) {
    for (const { expanded, at } of step.commands) running.push({ text: expanded, at, step })
  }
  for (const { commands } of commandFilesOf(stack, 'script', 'crontab', 'unit', 'build')) {
    for (const { expanded, at, schedule } of commands) {
      if (schedule !== undefined) running.push({ text: expanded, at, step: undefined })
    }
  }
  running.push(...containerCommands(stack))
  for (const { profiles, entrypoint, command } of stack.compose?.services ?? []) {
    if (profiles.length > 0) continue
    for (const { value, at } of [...entrypoint, ...command]) running.push({ text: value, at, step: undefined })
  }
  addCalled(stack, running)
  known.set(stack, running)
  return running
}

/** What services run as it is written in the Compose file; those of a profile wait for a person. */
function containerCommands(stack: Stack): readonly RunningCommand[] {
  const services = (stack.compose?.services ?? []).filter(({ profiles }) => profiles.length === 0)
  return services.flatMap(({ entrypoint, command, at }) => {
    const text = [...entrypoint, ...command].map(({ value }) => value).join(' ')
    return text === '' ? [] : [{ text, at, step: undefined }]
  })
}

/** Follows calls; each script is added once for CI and once for the machine. */
function addCalled(stack: Stack, running: RunningCommand[]): void {
  const callable = callableOf(stack)
  const added = new Set<string>()
  // The array grows while it is gone through, so that scripts called by scripts are found, too.
  for (const { text, step } of running) {
    for (const name of wordsOf(text)) {
      const key = `${step === undefined ? 'host' : 'ci'} ${name}`
      const called = callable.get(name)
      if (called === undefined || added.has(key)) continue
      added.add(key)
      for (const command of called) running.push({ text: command.expanded, at: command.at, step })
    }
  }
}

/** By what a command calls them: file names of scripts, names of npm scripts. */
function callableOf(stack: Stack): ReadonlyMap<string, readonly Pick<Command, 'expanded' | 'at'>[]> {
  const callable = new Map<string, readonly Pick<Command, 'expanded' | 'at'>[]>()
  for (const { scripts } of stack.packages) {
    for (const [name, { value, at }] of scripts) {
      // A bare word such as "test" would be found in any command.
      if (/[:-]|audit|backup|scan|deploy|restore/.test(name)) callable.set(name, [{ expanded: value, at }])
    }
  }
  for (const { path, commands } of commandFilesOf(stack, 'script')) callable.set(baseName(path), commands)
  return callable
}

/** The words of a command, without the folders in front of them. `make` stands for its file. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.split(/[^\w.:-]+/)
  return new Set(words.includes('make') ? [...words, 'Makefile'] : words)
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
