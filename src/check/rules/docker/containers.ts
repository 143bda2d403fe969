import type { LiveContainer } from '../../live/docker-types.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Place } from '../../text/place.ts'
import { wholeFile } from '../../text/place.ts'

/** The containers of this stack: those that Compose started from its files. When none is, all of the engine. */
export function containersOf({ liveDocker, compose, folder }: Stack): readonly LiveContainer[] {
  const all = (liveDocker?.containers ?? []).filter((container) => container.compose?.oneOff !== true)
  const own = all.filter(
    ({ compose: by }) =>
      by !== undefined && (by.folder === folder || (compose !== undefined && by.files.includes(compose.path))),
  )
  return compose !== undefined && own.length > 0 ? own : all
}

/** Those that run now, or would if they did not crash. */
export function runningOf(stack: Stack): readonly LiveContainer[] {
  return containersOf(stack).filter(({ state }) => state === 'running' || state === 'restarting' || state === 'paused')
}

/** The service of the Compose file that a container was made from. */
export function serviceOf({ compose }: Stack, container: LiveContainer): Service | undefined {
  return compose?.services.find(({ name }) => name === container.compose?.service)
}

/** A container has no file; its place is its name. */
function placeOf(container: LiveContainer): Place {
  return wholeFile(`docker:container/${container.name}`)
}

/** What every finding on a container begins with. */
export function about(container: LiveContainer): { readonly at: Place; readonly service: string } {
  return { at: placeOf(container), service: container.compose?.service ?? container.name }
}

/** For rules that look at running containers. */
export function hasContainers(stack: Stack): boolean {
  return runningOf(stack).length > 0
}
