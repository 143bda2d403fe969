import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Disk } from '../../disk.ts'
import { loadProfile } from '../../profile/load.ts'
import { recogniseProfile } from '../../profile/recognise.ts'
import { emptyStack } from '../../read-stack.ts'
import { readKubernetes } from '../../readers/kubernetes/read.ts'
import type { Stack } from '../../stack.ts'
import type { Observation, Rule, Sample } from '../rule.ts'

/** A stack of these manifests and nothing else, read from real files; with the profile that its images ask for. */
export function stackOf(files: Sample, profile?: string): Stack {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-kubernetes-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const disk = new Disk(folder)
    const kubernetes = readKubernetes(disk, [folder])
    if (disk.problems.length > 0) throw new Error(JSON.stringify(disk.problems))
    const images = kubernetes.flatMap(({ workload }) =>
      (workload?.containers ?? []).flatMap(({ image }) => image?.value.text ?? []),
    )
    const known = profile === undefined ? recogniseProfile(images, []) : loadProfile(profile)
    return { ...emptyStack(folder, known), kubernetes }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What one rule reports of a stack. */
export function observed(rule: Rule, stack: Stack): readonly Observation[] {
  const found: Observation[] = []
  if (rule.applies(stack)) rule.check(stack, (observation) => found.push(observation))
  return found
}
