import { serviceFacts } from '../../profile/service.ts'
import type { Service } from '../../readers/compose/types.ts'
import type { Stack } from '../../stack.ts'
import type { Rule } from '../rule.ts'
import { runningCommands } from './running.ts'
import { COMPOSE } from './samples.ts'
import { hasImages, type ImageFiles, imageFilesOf } from './subjects.ts'
import { botUpdates, type Updated } from './update-bots.ts'

const WORDS: Readonly<Record<ImageFiles['kind'], Updated>> = {
  compose: 'docker-compose',
  dockerfile: 'docker',
  kubernetes: 'kubernetes',
}

export const imageUpdates = {
  id: 'automation.image-updates',
  severity: 'medium',
  title: 'Nothing brings new versions of images',
  looksFor:
    'Images in Compose files, Dockerfiles and manifests that neither Renovate nor Dependabot (docker-compose, docker) looks after, that Watchtower does not update, and that no scheduled command pulls. Watchtower in a profile, or told to monitor only, does not count.',
  why: 'Images with fixed holes are published and nobody notices. Months later the installation runs what everybody knows how to break.',
  fix: 'Add a renovate.json, or entries for docker-compose and docker to .github/dependabot.yml, and merge what they propose.',
  bad: COMPOSE,
  good: { ...COMPOSE, 'renovate.json': '{ "extends": ["config:recommended"] }\n' },
  applies: hasImages,
  check(stack, report) {
    const told = new Set<string>()
    for (const files of imageFilesOf(stack)) {
      const answer = botUpdates(stack, WORDS[files.kind], files.folder)
      const isPulled = files.kind === 'compose' && isPulledByItself(stack)
      if (answer === 'yes' || isPulled || told.has(files.kind)) continue
      told.add(files.kind)
      const updater = files.kind === 'compose' ? updaterOf(stack) : undefined
      report({
        at: updater?.service.at ?? files.at,
        ...(updater === undefined ? {} : { service: updater.service.name }),
        observed: updater?.fault ?? answer ?? `nothing updates the images of ${files.at.file}`,
        expected: 'Renovate, Dependabot, or Watchtower that runs and updates',
      })
    }
  },
} satisfies Rule

function isPulledByItself(stack: Stack): boolean {
  if (watchtowersOf(stack).some((service) => faultOf(service) === undefined)) return true
  const pulls = /\bdocker(?:-compose|\s+compose)\b[^;&|]*\s(?:pull|up\s[^;&|]*--pull[\s=](?:always|missing))\b/
  return runningCommands(stack).some(({ text }) => pulls.test(text))
}

function updaterOf(stack: Stack): { service: Service; fault: string } | undefined {
  const service = watchtowersOf(stack)[0]
  const fault = service === undefined ? undefined : faultOf(service)
  return service === undefined || fault === undefined ? undefined : { service, fault }
}

function watchtowersOf(stack: Stack): readonly Service[] {
  const services = stack.compose?.services ?? []
  return services.filter(({ name, image }) => {
    const isTool = serviceFacts(stack.profile, name, image?.value.text)?.role === 'tool'
    return isTool && /watchtower/i.test(`${image?.value.repository ?? name}`)
  })
}

/** Why Watchtower updates nothing; undefined when it does. */
function faultOf({ profiles, environment, command }: Service): string | undefined {
  const faults: string[] = []
  if (profiles.length > 0) faults.push(`Watchtower starts only with the profile ${profiles.join(', ')}`)
  const monitor = environment.get('WATCHTOWER_MONITOR_ONLY')?.value ?? ''
  const isTold = command.some(({ value }) => value.split(/\s+/).includes('--monitor-only'))
  if (isTold || /^(?:true|1|yes|on)$/i.test(monitor))
    faults.push('WATCHTOWER_MONITOR_ONLY is on, so that it only tells of new images')
  return faults.length === 0 ? undefined : faults.join('; ')
}
