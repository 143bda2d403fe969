import { readFileSync } from 'node:fs'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { CastellanError, errorText } from '../kernel/errors.ts'
import { crossChecks } from './cross-checks.ts'
import { resolveFiles } from './files.ts'
import { type Config, configSchema } from './schema.ts'

type Path = readonly PropertyKey[]

/** One thing that is wrong with a configuration file, and where. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  /** `sites[0].access[1].allow` */
  readonly key: string
  readonly message: string
}

export interface LoadedConfig {
  readonly config: Config
  readonly text: string
  /** `castellan.yaml:14:9 sites[0].access[1]` for a path of the configuration. */
  where(path: Path): string
}

export class ConfigError extends CastellanError {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ file, line, column, key, message }) => `${file}:${line}:${column} ${key}: ${message}`)
    super('config.invalid', lines.join('\n'))
    this.problems = problems
  }
}

/** Reads and checks castellan.yaml. Throws `ConfigError` with every problem, or `config.unreadable`. */
export function loadConfig(file: string): LoadedConfig {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CastellanError('config.unreadable', `${file} can't be read: ${errorText(error)}`, { cause: error })
  }
  return parseConfig(text, file)
}

/** Checks the text of a configuration; `file` is named in messages, and paths in the text are taken from its folder. */
export function parseConfig(text: string, file: string): LoadedConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, maxAliasCount: 100 } as never)
  const at = (offset: number) => lines.linePos(offset)
  const problem = (offset: number, path: Path, message: string): ConfigProblem => {
    const { line, col } = at(offset)
    return { file, line, column: col, key: keyText(path), message }
  }
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => problem(error.pos[0], [], error.message.split('\n')[0] ?? 'not YAML')),
    )
  }
  const result = configSchema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {})
  if (!result.success) {
    throw new ConfigError(
      result.error.issues
        .flatMap((issue) => flatten(issue, []))
        .map(({ path, message }) => {
          return problem(offsetOf(document, path), path, message + foundText(document, path, message))
        }),
    )
  }
  const { config, complaints } = resolveFiles(result.data, file)
  const crossed = [...crossChecks(config), ...complaints]
  if (crossed.length > 0) {
    throw new ConfigError(crossed.map(({ path, message }) => problem(offsetOf(document, path), path, message)))
  }
  return {
    config: deepFreeze(config),
    text,
    where: (path) => {
      const { line, col } = at(offsetOf(document, path))
      return `${file}:${line}:${col} ${keyText(path)}`
    },
  }
}

interface Issue {
  readonly path: Path
  readonly message: string
  readonly code?: string
  readonly errors?: readonly (readonly Issue[])[]
  readonly input?: unknown
}

/** Of a union that failed, the branch that came furthest says most: the one with the deepest problem. */
function flatten(issue: Issue, base: Path): { path: Path; message: string }[] {
  const path = [...base, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors === undefined || issue.errors.length === 0) {
    return [{ path, message: issue.message }]
  }
  const depth = (branch: readonly Issue[]) => Math.max(...branch.map((inner) => inner.path.length))
  const deepest = Math.max(...issue.errors.map(depth))
  const branches = issue.errors.filter((branch) => depth(branch) === deepest)
  const strict = branches.find((branch) => branch.some((inner) => inner.code === 'unrecognized_keys'))
  const told = strict ?? (deepest > 0 ? branches[0] : undefined)
  if (told !== undefined) return told.flatMap((inner) => flatten(inner, path))
  const messages = issue.errors.flatMap((branch) => branch.flatMap((inner) => flatten(inner, path)))
  return [{ path, message: [...new Set(messages.map((inner) => inner.message))].join(', or ') }]
}

/** The nearest node that is there: a missing key is reported at its parent. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return isNode(document.contents) && document.contents.range ? document.contents.range[0] : 0
}

function foundText(document: Document, path: Path, message: string): string {
  const value = path.length === 0 ? undefined : document.getIn(path)
  if (value === null || typeof value === 'object' || value === undefined || /\bfound\b/.test(message)) return ''
  return `; found ${JSON.stringify(value).slice(0, 80)}`
}

function keyText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
