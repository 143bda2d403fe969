import { at, textOf } from '../../text/tree.ts'
import type { Rule } from '../rule.ts'
import { about, hasKind, mend, ofKind } from './objects.ts'
import { manifest } from './sample.ts'

const job = (line: string) => `
apiVersion: batch/v1
kind: CronJob
metadata: { name: backup, namespace: shop }
spec:
  schedule: "0 3 * * *"
${line}`

export const cronConcurrency = {
  id: 'kubernetes.cron-concurrency',
  severity: 'low',
  title: 'A scheduled job may run beside itself',
  looksFor: 'CronJobs without concurrencyPolicy Forbid or Replace.',
  why: 'A backup that hangs is joined by the next one, and the next, until the node or the storage is full.',
  fix: 'Set concurrencyPolicy to Forbid.',
  bad: manifest(job('')),
  good: manifest(job('  concurrencyPolicy: Forbid')),
  applies: hasKind('CronJob'),
  check(stack, report) {
    for (const object of ofKind(stack, 'CronJob')) {
      const found = at(object.tree, 'spec', 'concurrencyPolicy')
      if (textOf(found) === 'Forbid' || textOf(found) === 'Replace') continue
      report({
        ...about(object, found?.at ?? object.at),
        observed: `concurrencyPolicy is ${textOf(found) ?? 'not set, which means Allow'}`,
        expected: 'Forbid or Replace',
        ...mend(object, ['spec', 'concurrencyPolicy'], 'Forbid'),
      })
    }
  },
} satisfies Rule
