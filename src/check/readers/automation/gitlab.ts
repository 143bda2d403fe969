import type { TextFile } from '../../disk.ts'
import { at, entriesOf, itemsOf, type Tree, textOf } from '../../text/tree.ts'
import { commandsOf } from './shell.ts'
import type { Step, Workflow } from './types.ts'

/** Keys of the top level that are no jobs. */
const WORDS = new Set(
  'default include stages variables workflow image services cache before_script after_script'.split(' '),
)

const ALWAYS: ReadonlySet<string> = new Set(['push', 'pull_request', 'schedule', 'workflow_dispatch'])

/** A `.gitlab-ci.yml`: each job is one step; a template or component that it includes is one, too. */
export function gitlabWorkflow(file: TextFile, tree: Tree): Workflow {
  const steps: Step[] = includesOf(tree)
  for (const [name, { at: place, value }] of entriesOf(tree)) {
    if (WORDS.has(name) || value.kind !== 'mapping') continue
    const lines = ['before_script', 'script', 'after_script'].flatMap((part) => linesOf(at(value, part)))
    const rawLines = lines.map(({ text, line }) => ({ text, line }))
    steps.push({
      job: name,
      at: place,
      uses: '',
      commands: commandsOf(file.shown, rawLines),
      inputs: new Map(),
      events: eventsOf(value),
      branches: itemsOf(at(value, 'only')).flatMap((item) => textOf(item) ?? []),
      keeps: at(value, 'artifacts') !== undefined,
    })
  }
  return { kind: 'workflow', system: 'gitlab', path: file.path, shown: file.shown, at: tree.at, tree, steps }
}

function includesOf(tree: Tree): Step[] {
  const include = at(tree, 'include')
  const items = include?.kind === 'list' ? include.items : include === undefined ? [] : [include]
  return items.flatMap((item) => {
    const uses = textOf(at(item, 'template')) ?? textOf(at(item, 'component'))
    if (uses === undefined) return []
    // GitLab's own templates for scans keep their reports.
    const common = { commands: [], inputs: new Map(), events: ALWAYS, branches: [], keeps: true }
    return [{ job: uses, at: item.at, uses, ...common }]
  })
}

function linesOf(tree: Tree | undefined): readonly { text: string; line: number }[] {
  const items = tree?.kind === 'list' ? tree.items : tree === undefined ? [] : [tree]
  return items.flatMap((item) => {
    if (item.kind === 'list') return linesOf(item)
    return (textOf(item) ?? '').split('\n').map((text) => ({ text, line: item.at.line }))
  })
}

/** A job without rules runs on each push; one with rules when they name what it runs on, or name nothing of the kind. */
function eventsOf(job: Tree): ReadonlySet<string> {
  const words = [at(job, 'rules'), at(job, 'only')].flatMap((tree) => (tree === undefined ? [] : textsWithin(tree)))
  const text = words.join(' ')
  const events = new Set<string>()
  if (/schedule/.test(text)) events.add('schedule')
  if (/merge_request/.test(text)) events.add('pull_request')
  if (/["'=\s]push\b|pushes|branches|CI_COMMIT_BRANCH|CI_DEFAULT_BRANCH|\b(?:main|master)\b/.test(text))
    events.add('push')
  return events.size === 0 ? ALWAYS : events
}

function textsWithin(tree: Tree): readonly string[] {
  if (tree.kind === 'scalar') return [textOf(tree) ?? '']
  if (tree.kind === 'list') return tree.items.flatMap(textsWithin)
  return [...tree.entries.values()].flatMap(({ value }) => textsWithin(value))
}
