import type { Rule } from '../rule.ts'
import { PACKAGE, workflow } from './samples.ts'
import { scansOf } from './scan-steps.ts'

const WORDS = { push: 'push', pull_request: 'pull request' } as const

/** Events by which GitHub runs a workflow for a pull request. */
const ALIKE = { push: ['push'], pull_request: ['pull_request', 'pull_request_target', 'merge_group'] } as const

export const scanOnPush = {
  id: 'automation.scan-on-push',
  severity: 'low',
  title: 'The scan does not run on every push and pull request',
  looksFor:
    'Steps of CI that scan images or packages, and whose workflows together do not run on push and on pull request.',
  why: 'A hole that a change brings in is noticed only when it is already in use, or when somebody thinks of starting the scan.',
  fix: 'Let the workflow with the scan start `on: [push, pull_request]`, besides a schedule.',
  bad: { ...PACKAGE, ...workflow(['run: npm audit'], '{ schedule: [{ cron: "0 4 * * 1" }] }') },
  good: { ...PACKAGE, ...workflow(['run: npm audit']) },
  applies: (stack) => scansOf(stack).some(({ step }) => step !== undefined),
  check(stack, report) {
    for (const kind of ['image', 'dependency'] as const) {
      const scans = scansOf(stack).filter((scan) => scan.kind === kind && scan.step !== undefined)
      const events = new Set(scans.flatMap(({ step }) => [...step!.events]))
      const missing = (['push', 'pull_request'] as const).filter((word) => !ALIKE[word].some((one) => events.has(one)))
      const [first] = scans
      if (first === undefined || missing.length === 0) continue
      report({
        at: first.step!.at,
        observed: `the ${kind} scan runs on ${[...events].join(', ') || 'nothing'}, not on ${missing.map((word) => WORDS[word]).join(' and ')}`,
        expected: 'push and pull request',
      })
    }
  },
} satisfies Rule
