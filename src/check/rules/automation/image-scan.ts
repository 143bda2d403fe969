import type { Rule } from '../rule.ts'
import { COMPOSE, workflow } from './samples.ts'
import { scansOf } from './scan-steps.ts'
import { hasImages, mainPlace } from './subjects.ts'

export const imageScan = {
  id: 'automation.image-scan',
  severity: 'medium',
  title: 'Nothing scans images for known holes by itself',
  looksFor:
    'Images that are used, and no step of CI and no scheduled command that scans images (Trivy, Grype, Docker Scout, Snyk).',
  why: 'The system inside of an image ages from the day on which it was built. Nobody learns of its holes until somebody else uses them.',
  fix: 'Add a step such as `trivy image --exit-code 1 --severity CRITICAL,HIGH IMAGE` to the CI workflow, and run it on a schedule, too.',
  bad: { ...COMPOSE, ...workflow(['run: docker build .']) },
  good: { ...COMPOSE, ...workflow(['run: trivy image --exit-code 1 registry.example.org/shop/app:1.4.2']) },
  applies: hasImages,
  check(stack, report) {
    if (scansOf(stack).some(({ kind }) => kind === 'image')) return
    report({
      at: mainPlace(stack),
      observed: 'no CI step and no scheduled command scans images',
      expected: 'a step with trivy image, grype, docker scout or snyk container',
    })
  },
} satisfies Rule
