import type { Place } from '../../text/place.ts'
import type { Tree } from '../../text/tree.ts'

/** A file that makes something happen by itself, or that tells a person which commands to type. */
export type Automation = Workflow | UpdateBot | CommandFile

interface Common {
  /** Absolute. */
  readonly path: string
  readonly shown: string
  /** Its beginning. */
  readonly at: Place
}

/** Jobs of a CI server: GitHub Actions (Gitea and Forgejo read the same form) or GitLab CI. */
export interface Workflow extends Common {
  readonly kind: 'workflow'
  readonly system: 'github' | 'gitlab'
  readonly tree: Tree
  readonly steps: readonly Step[]
}

export interface Step {
  readonly job: string
  readonly at: Place
  /** The action, workflow or template that it uses, as written; empty for one that runs commands. */
  readonly uses: string
  readonly commands: readonly Command[]
  /** What is handed to the action. */
  readonly inputs: ReadonlyMap<string, string>
  /** When it runs, by GitHub's words: `push`, `pull_request`, `schedule`, `workflow_dispatch` and so on. */
  readonly events: ReadonlySet<string>
  /** Branches whose pushes start it, as patterns; empty: all. */
  readonly branches: readonly string[]
  /** It keeps files of its job (GitLab's `artifacts`). */
  readonly keeps: boolean
}

/** Settings of a program that proposes newer versions. */
export interface UpdateBot extends Common {
  readonly kind: 'update-bot'
  readonly bot: 'dependabot' | 'renovate'
  readonly tree: Tree
  readonly entries: readonly UpdateEntry[]
  /** Managers that are switched off, in Renovate's words; `*` when all of it is off. */
  readonly off: readonly string[]
}

export interface UpdateEntry {
  readonly at: Place
  /** In the bot's own words: `docker-compose`, `npm`; `*`: whatever it finds. */
  readonly ecosystem: string
  /** Absolute paths of the folders that it looks into; a `*` stands for anything within. */
  readonly folders: readonly string[]
  /** It looks below them, too. */
  readonly below: boolean
  /** Why it does nothing, when it does nothing. */
  readonly off: string | undefined
}

/** Commands in their order. */
export interface CommandFile extends Common {
  /** `build`: a Dockerfile; `document`: a text for people with commands in it. */
  readonly kind: 'script' | 'crontab' | 'unit' | 'build' | 'document'
  readonly commands: readonly Command[]
}

export interface Command {
  /** As written, continued lines joined, without comments; cut when it is very long. */
  readonly text: string
  /** With the file's own variables put in, as far as they are known without running it. */
  readonly expanded: string
  readonly at: Place
  /** When it starts by itself: fields of cron, `@daily`, or what a systemd timer says. */
  readonly schedule: string | undefined
  /** Heading that it stands under in a document; empty elsewhere. */
  readonly section: string
}
