import { matchesGlob } from '../../facts/glob.ts'
import type { UpdateBot, UpdateEntry } from '../../readers/automation/types.ts'
import type { Ecosystem } from '../../readers/package/types.ts'
import type { Stack } from '../../stack.ts'
import { at } from '../../text/tree.ts'

/** What can be updated, by Dependabot's words. `kubernetes` stands for images in manifests. */
export type Updated = Ecosystem | 'docker' | 'docker-compose' | 'kubernetes'

const DEPENDABOT: Readonly<Partial<Record<Updated, readonly string[]>>> = {
  npm: ['npm', 'bun'],
  pip: ['pip', 'uv', 'conda'],
  kubernetes: ['docker', 'helm'],
}

/** Managers of Renovate that look at it; docs.renovatebot.com/modules/manager. */
const RENOVATE: Readonly<Record<Updated, readonly string[]>> = {
  npm: ['npm', 'bun'],
  pip: ['pip_requirements', 'pep621', 'poetry', 'pipenv', 'pip-compile'],
  bundler: ['bundler'],
  composer: ['composer'],
  cargo: ['cargo'],
  gomod: ['gomod'],
  maven: ['maven'],
  gradle: ['gradle'],
  nuget: ['nuget'],
  docker: ['dockerfile'],
  'docker-compose': ['docker-compose'],
  kubernetes: ['kubernetes', 'helm-values', 'argocd', 'flux', 'kustomize'],
}

export function botsOf(stack: Stack): readonly UpdateBot[] {
  return stack.automation.filter((one) => one.kind === 'update-bot')
}

/** `yes`, or what the bots that are there leave out, for messages; undefined when there is no bot. */
export function botUpdates(stack: Stack, what: Updated, folder: string): 'yes' | string | undefined {
  const answers = botsOf(stack).map((bot) =>
    bot.bot === 'dependabot' ? dependabotUpdates(bot, what, folder) : renovateUpdates(bot, what),
  )
  return answers.find((answer) => answer === 'yes') ?? answers[0]
}

function dependabotUpdates(bot: UpdateBot, what: Updated, folder: string): string {
  const words = DEPENDABOT[what] ?? [what]
  const entries = bot.entries.filter(({ ecosystem }) => words.includes(ecosystem))
  const here = entries.filter(({ folders }) => folders.some((one) => matchesGlob(one, folder)))
  if (here.some(({ off }) => off === undefined)) return 'yes'
  return `${bot.shown} ${reasonOf(words[0]!, entries, here)}`
}

function reasonOf(word: string, entries: readonly UpdateEntry[], here: readonly UpdateEntry[]): string {
  if (here[0]?.off !== undefined) return `has an entry for ${word}, and ${here[0].off}`
  return entries.length > 0 ? `has an entry for ${word}, for another directory` : `has no entry for ${word}`
}

function renovateUpdates(bot: UpdateBot, what: Updated): string {
  const { off, shown } = bot
  if (off.includes('*')) return `${shown} switches Renovate off`
  const only = off
    .find((word) => word.startsWith('!'))
    ?.slice(1)
    .split(',')
  const left = RENOVATE[what].filter((name) => !off.includes(name) && (only === undefined || only.includes(name)))
  if (left.length === 0) return `${shown} leaves ${what} out`
  // Renovate does not know which YAML files are manifests until it is told.
  const isTold = what !== 'kubernetes' || left.some((name) => at(bot.tree, name) !== undefined)
  return isTold ? 'yes' : `${shown} does not say which files are manifests of Kubernetes`
}
