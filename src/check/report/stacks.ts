import { dirname } from 'node:path'
import type { CheckedStack, CheckResult } from '../result.ts'
import type { Finding } from '../rules/rule.ts'

/** The findings of one installation, file by file. */
export interface StackFindings {
  readonly stack: CheckedStack
  readonly files: readonly { readonly file: string; readonly findings: readonly Finding[] }[]
}

/** Each installation with its findings, in the order in which they were checked. */
export function byStack({ findings, stacks }: CheckResult): readonly StackFindings[] {
  const groups = new Map<string, Map<string, Finding[]>>()
  for (const { folder } of stacks) groups.set(folder, new Map())
  for (const finding of findings) {
    const files = groups.get(stackOf(finding.file, groups)) ?? [...groups.values()][0]
    const list = files?.get(finding.file)
    if (list === undefined) files?.set(finding.file, [finding])
    else list.push(finding)
  }
  return stacks.map((stack) => ({
    stack,
    files: [...groups.get(stack.folder)!].map(([file, list]) => ({ file, findings: list })),
  }))
}

/** The nearest folder above a file that is an installation. */
function stackOf(file: string, groups: ReadonlyMap<string, unknown>): string {
  for (let folder = file; ; folder = dirname(folder)) {
    if (groups.has(folder)) return folder
    if (folder === dirname(folder)) return folder
  }
}
