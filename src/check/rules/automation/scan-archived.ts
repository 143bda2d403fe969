import type { Step } from '../../readers/automation/types.ts'
import type { Rule } from '../rule.ts'
import { workflowsOf } from './running.ts'
import { PACKAGE, workflow } from './samples.ts'
import { scansOf } from './scan-steps.ts'

const KEEPS = /upload-artifact|upload-sarif|codeql-action\/upload|attest-|osv-scanner-reusable|scout-action/i
const SENDS = /\bsnyk\s+monitor\b|\b(?:aws\s+s3|rclone|gsutil|curl\s[^|;]*(?:-T|--upload-file|-F))\b|\bgh\s+api\b/

export const scanArchived = {
  id: 'automation.scan-archived',
  severity: 'low',
  title: 'The result of a scan is not kept',
  looksFor: 'Steps of CI that scan, in jobs that keep no report (upload-artifact, upload-sarif, artifacts of GitLab).',
  why: 'Nobody can show later what was known on which day, or see whether it gets better.',
  fix: 'Let the scanner write a file (SARIF or JSON), and add a step with actions/upload-artifact or github/codeql-action/upload-sarif, also when the scan fails (`if: always()`).',
  bad: { ...PACKAGE, ...workflow(['run: npm audit --json > npm-audit.json']) },
  good: {
    ...PACKAGE,
    ...workflow([
      'run: npm audit --json > npm-audit.json',
      'uses: actions/upload-artifact@v4\n        with: { path: npm-audit.json }',
    ]),
  },
  applies: (stack) => scansOf(stack).some(({ step }) => step !== undefined),
  check(stack, report) {
    const told = new Set<string>()
    for (const { kind, step } of scansOf(stack)) {
      if (step === undefined) continue
      const steps = workflowsOf(stack).find((one) => one.steps.includes(step))?.steps ?? []
      const key = `${step.at.file} ${step.job} ${kind}`
      if (told.has(key) || steps.some((one) => one.job === step.job && isKept(one))) continue
      told.add(key)
      report({
        at: step.at,
        observed: `the job ${step.job} scans (${kind}) and keeps no report`,
        expected: 'a step that keeps the report, such as actions/upload-artifact',
      })
    }
  },
} satisfies Rule

function isKept({ uses, keeps, commands }: Step): boolean {
  return keeps || KEEPS.test(uses) || commands.some(({ expanded }) => SENDS.test(expanded))
}
