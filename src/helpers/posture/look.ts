import { profileNames } from '../../check/profile/load.ts'
import type { CheckResult } from '../../check/result.ts'
import { rules } from '../../check/rules/all.ts'
import type { Finding } from '../../check/rules/rule.ts'
import { check } from '../../check/run.ts'
import { readerGap } from './powers.ts'
import {
  MAX_FINDINGS,
  MAX_PROBLEMS,
  MAX_TEXT,
  type PostureBoot,
  type PostureFinding,
  type PostureLook,
} from './protocol.ts'
import { watchedFiles } from './watch.ts'

const DOCKER = '/var/run/docker.sock'

/** Puts every rule to the installation. Throws CastellanError when there is no such guide. */
export async function look({ guide, folder, docker, host }: PostureBoot): Promise<PostureLook> {
  const began = Date.now()
  const result = await check({
    paths: [folder],
    base: folder,
    // The operator says what it is; images that were copied to a registry of one's own would not tell.
    profile: profileNames().includes(guide) ? guide : 'auto',
    guide,
    kubernetes: undefined,
    live: { dockerSocket: docker ? DOCKER : undefined, host },
    minSeverity: 'info',
    now: began,
    rules,
  })
  return {
    guide,
    at: began,
    claims: (result.guide?.claims ?? []).map(({ id, status, reason }) => ({ id, status, reason: short(reason) })),
    looked: result.guide?.looked ?? [],
    findings: result.findings.slice(0, MAX_FINDINGS).map(toFinding),
    found: result.findings.length,
    files: watchedFiles(folder, result.files, began),
    problems: problemsOf(result),
    notes: result.notes.slice(0, MAX_PROBLEMS).map(short),
    gap: readerGap(),
  }
}

function problemsOf({ problems }: CheckResult): readonly string[] {
  return problems
    .slice(0, MAX_PROBLEMS)
    .map(({ at, message }) => short(`${at.file}${at.line > 0 ? `:${at.line}` : ''}: ${message}`))
}

function toFinding({ rule, severity, title, file, line, service, observed, expected }: Finding): PostureFinding {
  return {
    ...{ rule, severity, line, service: service === null ? null : short(service) },
    ...{ title: short(title), file: short(file), observed: short(observed), expected: short(expected) },
  }
}

function short(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`
}
