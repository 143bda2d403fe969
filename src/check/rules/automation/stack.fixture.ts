import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Disk } from '../../disk.ts'
import { loadProfile } from '../../profile/load.ts'
import { recogniseProfile } from '../../profile/recognise.ts'
import { readAutomation } from '../../readers/automation/read.ts'
import { readCaddy } from '../../readers/caddy/read.ts'
import { readCompose } from '../../readers/compose/read.ts'
import { readDockerfiles } from '../../readers/dockerfile/read.ts'
import { readEnvFiles } from '../../readers/env/read.ts'
import { readKubernetes } from '../../readers/kubernetes/read.ts'
import { readPackages } from '../../readers/package/read.ts'
import { readScans } from '../../readers/scans/read.ts'
import type { Stack } from '../../stack.ts'
import type { Observation, Rule, Sample } from '../rule.ts'

/** A stack of real files in a folder that is gone afterwards; with the profile that its images ask for. */
export function stackOf(files: Sample, profile?: string): Stack {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-automation-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    const disk = new Disk(folder)
    const compose = readCompose(disk, folder)
    const images = (compose?.services ?? []).flatMap(({ image }) => (image === undefined ? [] : [image.value.text]))
    const stack: Stack = {
      folder,
      shown: '.',
      profile: profile === undefined ? recogniseProfile(images, []) : loadProfile(profile),
      compose,
      env: readEnvFiles(disk, folder, compose),
      dockerfiles: readDockerfiles(disk, folder, compose),
      nginx: [],
      caddy: readCaddy(disk, folder, { mounts: [], variables: new Map() }),
      kubernetes: disk.exists(join(folder, 'k8s')) ? readKubernetes(disk, [join(folder, 'k8s')]) : [],
      host: undefined,
      packages: readPackages(disk, folder),
      automation: readAutomation(disk, folder),
      scans: readScans(disk, folder),
      repository: undefined,
      secretFiles: [],
      liveDocker: undefined,
      liveHost: undefined,
      now: Date.now(),
    }
    if (disk.problems.length > 0) throw new Error(JSON.stringify(disk.problems))
    return stack
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
