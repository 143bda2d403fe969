import { dirname } from 'node:path'
import type { PackageFile } from '../../readers/package/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'

/** Files that name images, of one kind. */
export interface ImageFiles {
  readonly kind: 'compose' | 'dockerfile' | 'kubernetes'
  readonly at: Place
  /** Absolute path of their folder; of several the first one. */
  readonly folder: string
}

/** Where the stack names images that somebody has to bring up to date. */
export function imageFilesOf(stack: Stack): readonly ImageFiles[] {
  const files: ImageFiles[] = []
  const { compose } = stack
  if (compose?.services.some(({ image, build }) => image !== undefined && build === undefined)) {
    files.push({ kind: 'compose', at: wholeFile(compose.files[0]!), folder: dirname(compose.path) })
  }
  for (const { path, stages } of stack.dockerfiles) {
    const stage = stages.find(({ image }) => image !== undefined)
    if (stage !== undefined) files.push({ kind: 'dockerfile', at: stage.at, folder: dirname(path) })
  }
  const object = stack.kubernetes.find(({ workload }) => workload?.containers.some(({ image }) => image !== undefined))
  if (object !== undefined) {
    const folder = object.path === undefined ? stack.folder : dirname(object.path)
    files.push({ kind: 'kubernetes', at: object.at, folder })
  }
  return files
}

/** For `applies`: are images used at all? */
export function hasImages(stack: Stack): boolean {
  return stack.kubernetes.length > 0 || imageFilesOf(stack).length > 0
}

/** Files that ask for packages. */
export function packagesOf(stack: Stack): readonly PackageFile[] {
  return stack.packages.filter(({ needsPackages }) => needsPackages)
}

/** Where a finding about the whole stack is shown. */
export function mainPlace(stack: Stack): Place {
  const first = imageFilesOf(stack)[0] ?? packagesOf(stack)[0]
  return first?.at ?? wholeFile(stack.shown)
}
