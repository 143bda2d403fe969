import { dirname, resolve } from 'node:path'
import type { TextFile } from '../../disk.ts'
import { at, entriesOf, itemsOf, type Tree, textOf } from '../../text/tree.ts'
import { commandsOf, joinedLines } from './shell.ts'
import type { Step, UpdateEntry, Workflow } from './types.ts'

/** A workflow of GitHub Actions, or a composite action, which runs when a workflow uses it. */
export function githubWorkflow(file: TextFile, tree: Tree): Workflow {
  const { events, branches } = eventsOf(at(tree, 'on'))
  const steps: Step[] = []
  const add = (job: string, step: Tree) => steps.push(stepOf(file, job, step, events, branches))
  for (const [name, { value }] of entriesOf(at(tree, 'jobs'))) {
    if (at(value, 'uses') !== undefined) add(name, value)
    for (const step of itemsOf(at(value, 'steps'))) add(name, step)
  }
  for (const step of itemsOf(at(tree, 'runs', 'steps'))) add('action', step)
  return { kind: 'workflow', system: 'github', path: file.path, shown: file.shown, at: tree.at, tree, steps }
}

function eventsOf(on: Tree | undefined): { events: ReadonlySet<string>; branches: readonly string[] } {
  const single = textOf(on)
  const listed = itemsOf(on).flatMap((item) => textOf(item) ?? [])
  const mapped = [...entriesOf(on)].map(([name]) => name)
  const branches = itemsOf(at(on, 'push', 'branches')).flatMap((item) => textOf(item) ?? [])
  return { events: new Set([...(single === undefined ? [] : [single]), ...listed, ...mapped]), branches }
}

function stepOf(
  file: TextFile,
  job: string,
  step: Tree,
  events: ReadonlySet<string>,
  branches: readonly string[],
): Step {
  const run = at(step, 'run')
  const text = textOf(run) ?? ''
  const inputs = new Map<string, string>()
  for (const [name, { value }] of entriesOf(at(step, 'with'))) inputs.set(name, textOf(value) ?? '')
  const commands = commandsOf(file.shown, joinedLines(text)).map((command) => ({ ...command, at: run?.at ?? step.at }))
  return {
    job,
    at: step.at,
    uses: textOf(at(step, 'uses')) ?? '',
    commands,
    inputs,
    events,
    branches,
    keeps: false,
  }
}

/** Called workflows and composite actions run when whoever uses them runs: they get those events. */
export function withCallers(workflows: readonly Workflow[]): readonly Workflow[] {
  return workflows.map((workflow) => {
    if (workflow.system !== 'github') return workflow
    const name = workflow.path.endsWith('/action.yml') || workflow.path.endsWith('/action.yaml')
    const own = name ? dirname(workflow.path) : workflow.path
    const callers = workflows.flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses.startsWith('./') && own.endsWith(uses.slice(1).replace(/\/$/, ''))),
    )
    if (callers.length === 0) return workflow
    const events = new Set(callers.flatMap((step) => [...step.events]))
    const steps = workflow.steps.map((step) => ({ ...step, events: new Set([...step.events, ...events]) }))
    return { ...workflow, steps }
  })
}

/** The entries of a `dependabot.yml` (version 2). `root`: the repository's folder, which its directories start at. */
export function dependabotEntries(tree: Tree, root: string): readonly UpdateEntry[] {
  return itemsOf(at(tree, 'updates')).flatMap((update) => {
    const ecosystem = textOf(at(update, 'package-ecosystem'))
    if (ecosystem === undefined) return []
    const listed = itemsOf(at(update, 'directories')).flatMap((item) => textOf(item) ?? [])
    const directories = [...(textOf(at(update, 'directory'))?.split('\n') ?? []), ...listed]
    const limit = textOf(at(update, 'open-pull-requests-limit'))
    const off = limit === '0' ? 'its open-pull-requests-limit is 0' : undefined
    return [{ at: update.at, ecosystem, folders: directories.map((one) => under(root, one)), below: false, off }]
  })
}

function under(root: string, directory: string): string {
  return resolve(root, directory.replace(/^\/+/, '').replace(/\*\*/g, '*'))
}
