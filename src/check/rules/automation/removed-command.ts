import type { Rule } from '../rule.ts'
import { commandFilesOf, stepsOf } from './running.ts'
import { script } from './samples.ts'

/** Commands that were taken away: since when, and what to use. */
const REMOVED: readonly {
  readonly name: string
  readonly pattern: RegExp
  readonly since: string
  readonly use: string
}[] = [
  {
    name: 'docker scan',
    pattern: /\bdocker\s+scan\b/,
    since: 'taken out of Docker in 2023',
    use: 'trivy image, grype or docker scout cves',
  },
  {
    name: 'docker-machine',
    pattern: /\bdocker-machine\s+\w/,
    since: 'given up in 2021',
    use: 'docker context, or the tools of the provider',
  },
  {
    name: 'certbot-auto',
    pattern: /\bcertbot-auto\b/,
    since: 'given up in 2021',
    use: 'certbot from a package or an image',
  },
  {
    name: 'trivy --security-checks',
    pattern: /\btrivy\b.*--security-checks\b/,
    since: 'taken out of Trivy in 2024',
    use: 'trivy --scanners',
  },
]

export const removedCommand = {
  id: 'automation.removed-command',
  severity: 'low',
  title: 'A command is called that is not there any more',
  looksFor:
    'Scripts, CI steps and documents that call docker scan, docker-machine, certbot-auto and options that were removed.',
  why: 'The step fails, or is skipped, and whoever relies on it believes that it was done.',
  fix: 'Use what took its place; for "docker scan" that is `docker scout cves IMAGE`, `trivy image IMAGE` or `grype IMAGE`.',
  bad: script('scripts/scan.sh', 'docker scan loomio/loomio:stable'),
  good: script('scripts/scan.sh', 'trivy image loomio/loomio:3.0.20'),
  applies: (stack) => stack.automation.length > 0,
  check(stack, report) {
    const files = commandFilesOf(stack, 'script', 'crontab', 'unit', 'document', 'build')
    for (const { commands } of [...files, ...stepsOf(stack)]) {
      for (const { expanded, at } of commands) {
        const removed = REMOVED.find(({ pattern }) => pattern.test(expanded))
        if (removed === undefined) continue
        report({ at, observed: `${removed.name}, which was ${removed.since}`, expected: removed.use })
      }
    }
  },
} satisfies Rule
