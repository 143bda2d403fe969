/** Would Compose take the mended installation? Asked of Compose itself where it is installed; nothing is started. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { ComposeProject } from '../readers/compose/types.ts'
import { createSecretGuard } from '../secret-guard.ts'
import type { Stack } from '../stack.ts'
import { plain } from '../text/tree.ts'
import type { Validity } from './report.ts'

const TIMEOUT_MS = 30_000
/** Of Compose's complaint; the rest says the same at length. */
const MAX_COMPLAINT = 300

/**
 * Compose is given our own merged result as one file: version 1 does not know the tags of an override file, and a single
 * file reaches for no other, neither on the disk nor in the network.
 */
export function validityOf(before: Stack, after: Stack): Validity {
  if (after.compose === undefined) return { valid: undefined, reason: 'there is no Compose project' }
  const program = findCompose()
  if (program === undefined) return { valid: undefined, reason: 'not asked: Docker Compose is not installed here' }
  const complaint = complaintOf(program, after.compose)
  if (complaint === undefined) return { valid: true, reason: `${program.join(' ')} config takes it` }
  if (before.compose !== undefined && complaintOf(program, before.compose) !== undefined)
    return { valid: undefined, reason: `${program.join(' ')} config does not take the installation as it is, either` }
  return { valid: false, reason: `${program.join(' ')} config refuses it: ${createSecretGuard(after)(complaint)}` }
}

type Program = readonly [string, ...string[]]

function findCompose(): Program | undefined {
  const candidates: readonly Program[] = [['docker', 'compose'], ['docker-compose']]
  return candidates.find((program) => start([...program, 'version'])?.status === 0)
}

/** What Compose has against a project; undefined when it takes it. */
function complaintOf(program: Program, project: ComposeProject): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-fix-'))
  try {
    const file = join(folder, 'compose.yaml')
    writeFileSync(file, mergedText(project), { mode: 0o600 })
    const where = ['--project-directory', dirname(project.path), '-f', file]
    const ended = start([...program, ...where, 'config', '-q'], folder)
    if (ended?.status === 0) return undefined
    return (ended?.stderr ?? 'it did not start').replace(/\s+/g, ' ').trim().slice(0, MAX_COMPLAINT)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function start([program, ...args]: readonly string[], cwd = tmpdir()) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' }
  const ended = spawnSync(program!, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return ended.error === undefined ? ended : undefined
}

/** All variables are filled in, so that a `$` that is left is one of its own. */
function mergedText({ tree }: ComposeProject): string {
  return stringify(doubled(plain(tree)), { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })
}

function doubled(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$')
  if (Array.isArray(value)) return value.map(doubled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, doubled(inner)]))
}
