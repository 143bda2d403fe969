import type { Image, Service } from '../../readers/compose/types.ts'
import type { Dockerfile, Stage } from '../../readers/dockerfile/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'

/** An image, wherever an installation names one. */
export interface ImageUse {
  readonly image: Image
  readonly at: Place
  /** `db`, `web/Dockerfile`, `Deployment shop/api`. */
  readonly user: string
  /** What a finding gives as its service: none for a Dockerfile that belongs to no single one. */
  readonly service: string | undefined
  /** Where it is written. */
  readonly by: 'compose' | 'dockerfile' | 'kubernetes'
  /** It is (part of) what runs in the end, and does not only build it. */
  readonly runs: boolean
}

const known = new WeakMap<Stack, readonly ImageUse[]>()

/** All images of an installation, each place once. Names that can't be known, as a variable is missing, are left out. */
export function imageUses(stack: Stack): readonly ImageUse[] {
  const before = known.get(stack)
  if (before !== undefined) return before
  const uses = [
    ...(stack.compose?.services ?? []).flatMap(ofService),
    ...stack.dockerfiles.flatMap(ofDockerfile),
    ...ofKubernetes(stack),
  ].filter(({ image }) => image.text !== '' && !/[${}]/.test(image.text))
  known.set(stack, uses)
  return uses
}

/** For rules that look at every image. */
export function hasImages(stack: Stack): boolean {
  return imageUses(stack).length > 0
}

/** The beginning of an observation. */
export function about({ at, service }: ImageUse): { readonly at: Place; readonly service?: string } {
  return service === undefined ? { at } : { at, service }
}

/** With a build, `image` is only the name that the result gets. */
function ofService({ name, image, build, tree }: Service): readonly ImageUse[] {
  if (image === undefined || build !== undefined || tree.entries.has('build')) return []
  return [{ image: image.value, at: image.at, user: name, service: name, by: 'compose', runs: true }]
}

function ofDockerfile(dockerfile: Dockerfile): readonly ImageUse[] {
  const running = new Set<Stage>()
  for (let stage: Stage | undefined = dockerfile.final; stage !== undefined; stage = stage.parent) running.add(stage)
  const [service, ...others] = dockerfile.services
  return dockerfile.stages.flatMap((stage): readonly ImageUse[] =>
    stage.image === undefined
      ? []
      : [
          {
            image: stage.image.value,
            at: stage.image.at,
            user: dockerfile.shown,
            service: others.length === 0 ? service : undefined,
            by: 'dockerfile',
            runs: running.has(stage),
          },
        ],
  )
}

function ofKubernetes({ kubernetes }: Stack): readonly ImageUse[] {
  return kubernetes.flatMap(({ kind, namespace, name, workload }) => {
    const label = `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`
    return (workload?.containers ?? []).flatMap(({ image }): readonly ImageUse[] =>
      image === undefined
        ? []
        : [{ image: image.value, at: image.at, user: label, service: label, by: 'kubernetes', runs: true }],
    )
  })
}
